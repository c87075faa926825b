"""What TensorBoard itself reads of a folder: each run's scalars by tag, and its HParams, as JSON."""
import json
import sys
from pathlib import Path

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2

runs = {}
for folder in sorted(Path(sys.argv[1]).iterdir()):
    read = EventAccumulator(str(folder))
    read.Reload()
    scalars = {tag: [[e.step, e.value] for e in read.Scalars(tag)] for tag in read.Tags()["scalars"]}
    hparams = {}
    for metadata in read.summary_metadata.values():
        data = plugin_data_pb2.HParamsPluginData.FromString(metadata.plugin_data.content)
        hparams.update({k: v.number_value for k, v in data.session_start_info.hparams.items()})
        if data.HasField("session_end_info"):
            hparams["status"] = data.session_end_info.status
    runs[folder.name] = {"scalars": scalars, "hparams": hparams}
print(json.dumps(runs))
