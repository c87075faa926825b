"""Two ranks by torchrun, on gloo: each waits for the other in every step."""
import hpo
import torch
import torch.distributed as dist

trial = hpo.trial({"lr": 0.1})
dist.init_process_group("gloo")
x = torch.ones(1)
for step in trial.steps(8):
    x = x - trial["lr"] * x
    dist.all_reduce(x)
    x = x / dist.get_world_size()
    trial.report(x**2, step)
trial.attrs(world=dist.get_world_size())
trial.result(x**2)
dist.destroy_process_group()
