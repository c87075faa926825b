"""Two ranks by torchrun, on gloo: each waits for the other in every step, and has a worker that loads data."""
import hpo
import torch
import torch.distributed as dist
from torch.utils.data import DataLoader, TensorDataset

trial = hpo.trial({"lr": 0.1})
dist.init_process_group("gloo")
data = DataLoader(TensorDataset(torch.ones(4)), batch_size=4, num_workers=1, persistent_workers=True)
x = torch.ones(1)
for step in trial.steps(8):
    for (ones,) in data:
        x = x - trial["lr"] * x * ones.mean()
    dist.all_reduce(x)
    x = x / dist.get_world_size()
    trial.report(x**2, step)
trial.attrs(world=dist.get_world_size())
trial.result(x**2)
dist.destroy_process_group()
