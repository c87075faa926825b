"""A study to W&B, offline, twice; prints how many runs came of each, and what W&B's own files hold."""

import os
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ["WANDB_MODE"] = "offline"

from wandb.proto import wandb_internal_pb2  # noqa: E402

import hpo.wandb  # noqa: E402

BLOCK = 32768


def records(file: Path) -> Iterator[wandb_internal_pb2.Record]:
    """Of W&B's log: in blocks, as LevelDB's, after seven bytes."""
    data, at, whole = file.read_bytes(), 7, b""
    while at + 7 <= len(data):
        if BLOCK - at % BLOCK < 7:  # what is left of a block has no room for a header
            at += BLOCK - at % BLOCK
            continue
        _, length, kind = struct.unpack("<IHB", data[at : at + 7])
        whole += data[at + 7 : at + 7 + length]
        at += 7 + length
        if kind in (1, 4):  # full, or last
            record = wandb_internal_pb2.Record()
            record.ParseFromString(whole)
            yield record
            whole = b""


counts = [hpo.wandb.export("check", "project") for _ in range(2)]
for file in sorted(Path("wandb").glob("offline-run-*/*.wandb")):
    steps, group, lr = 0, "", None
    for record in records(file):
        if record.HasField("history"):
            steps += 1
        if record.HasField("run") and record.run.config.update:
            group = record.run.run_group
            lr = next((one.value_json for one in record.run.config.update if one.key == "lr"), lr)
    print(f"{group} {float(lr):g} {steps}", file=sys.stderr)
    assert group == "check" and steps == 8, (group, steps)
assert counts[1] == 0, counts
print(f"{counts[0]} runs, and none twice")
