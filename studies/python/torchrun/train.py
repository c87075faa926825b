"""Fits a line in two or more processes (torchrun): data parallel, and only rank 0 reports.

Every rank has HPO_PARAMS, HPO_TRIAL_SEED and the trial's folders in its environment. NCCL where each
process has a GPU, else gloo.
"""
import argparse
import json
import os

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, required=True)
parser.add_argument("--momentum", type=float, default=0.0)
args = parser.parse_args()

local_rank = int(os.environ["LOCAL_RANK"])
has_gpus = torch.cuda.device_count() >= int(os.environ["LOCAL_WORLD_SIZE"])
device = torch.device("cuda", local_rank) if has_gpus else torch.device("cpu")
dist.init_process_group("nccl" if has_gpus else "gloo")
rank, world = dist.get_rank(), dist.get_world_size()

# Each rank has a part of the data of its own; the model begins equal everywhere.
torch.manual_seed(int(os.environ.get("HPO_TRIAL_SEED", "0")) + rank)
x = torch.randn(256, 8, device=device)
y = x @ torch.arange(8.0, device=device).unsqueeze(1) + 0.1 * torch.randn(256, 1, device=device)
model = DistributedDataParallel(torch.nn.Linear(8, 1).to(device))
optimizer = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=args.momentum)

for epoch in range(1, 11):
    for batch in torch.randperm(len(x)).split(64):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(model(x[batch]), y[batch]).backward()
        optimizer.step()
    with torch.no_grad():
        loss = torch.nn.functional.mse_loss(model(x), y)
    dist.all_reduce(loss)
    if rank == 0:
        value = loss.item() / world
        print(json.dumps({"step": epoch, "value": value}), flush=True)
        if epoch == 1:
            print(json.dumps({"attrs": {"world": world}}), flush=True)
if rank == 0:
    torch.save(model.module.state_dict(), os.path.join(os.environ.get("HPO_TRIAL_DIR", "."), "model.pt"))
    print(json.dumps({"value": value}), flush=True)
dist.destroy_process_group()
