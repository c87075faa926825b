"""Trains every setting that `hpo scale`'s laws of width, depth and samples were tried on, into a CSV.

It goes on where it stopped: settings that stand in the file are not trained again (needs torch).

    python sweep.py sizes.csv
"""

import csv
import sys
from pathlib import Path

from train import train

RATES = {
    "adam": [2.0**k for k in range(-12, -3)],
    "heavyBall": [2.0**k for k in range(-8, 2)],
}
HEADER = ["optimizer", "mup", "width", "depth", "batch", "steps", "seed", "lr", "value", "weights"]


def settings():
    usual = {"mup": False, "width": 64, "depth": 2, "batch": 8, "steps": 120, "seed": 0}
    varied = [
        *({"width": width} for width in (64, 32, 128, 208)),
        *({"steps": steps} for steps in (60, 240, 480)),
        *({"depth": depth} for depth in (1, 4)),
        *({"mup": True, "width": width} for width in (32, 128, 208)),
    ]
    for change in varied:
        for optimizer, rates in RATES.items():
            if change.get("mup") and optimizer != "adam":
                continue
            for lr in rates:
                yield {"optimizer": optimizer, **usual, **change, "lr": lr}


def main(file: Path) -> None:
    done = set()
    if file.exists():
        with file.open() as lines:
            done = {tuple(row[name] for name in HEADER[:8]) for row in csv.DictReader(lines)}
    else:
        file.write_text(",".join(HEADER) + "\n")
    for setting in settings():
        key = tuple(str(setting[name]) for name in HEADER[:8])
        if key in done:
            continue
        value, weights = train(**setting)
        with file.open("a") as lines:
            lines.write(",".join([*key, repr(value), str(weights)]) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
