"""Trains a small network on two spirals with PyTorch, on the GPU if the trial has one.

Parameters come as arguments, reports and the result go out as JSON lines, and the state is saved in
HPO_CHECKPOINT_DIR, so that a trial that is started again goes on where it stood. The best epoch's
model is what stays: cp "$(hpo study artifacts spirals-torch --best)"/model.pt .
"""
import argparse
import json
import math
import os

import torch

EPOCHS = 20

parser = argparse.ArgumentParser()
parser.add_argument("--optimizer", choices=["adamw", "sgd"], default="adamw")
parser.add_argument("--lr", type=float, default=1e-2)
parser.add_argument("--momentum", type=float, default=0.0)
parser.add_argument("--width", type=int, default=32)
args = parser.parse_args()

folder = os.environ.get("HPO_TRIAL_DIR", ".")
checkpoint = os.path.join(os.environ.get("HPO_CHECKPOINT_DIR", "."), "state.pt")
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.manual_seed(int(os.environ.get("HPO_TRIAL_SEED", "0")))


def spirals(count, seed):
    """Points of two arms, and which arm each is of."""
    generator = torch.Generator().manual_seed(seed)
    arm = torch.randint(0, 2, (count,), generator=generator)
    turn = 0.5 + 2.5 * torch.rand(count, generator=generator).sqrt()
    angle = turn * math.pi / 1.5 + arm * math.pi
    points = torch.stack([turn * angle.cos(), turn * angle.sin()], dim=1) / 3
    points += 0.05 * torch.randn(points.shape, generator=generator)
    return points.to(device), arm.float().to(device)


def save(path, state):
    """Whole or not at all: the file is put in its place when it is written."""
    torch.save(state, path + ".partial")
    os.replace(path + ".partial", path)


model = torch.nn.Sequential(
    torch.nn.Linear(2, args.width),
    torch.nn.Tanh(),
    torch.nn.Linear(args.width, args.width),
    torch.nn.Tanh(),
    torch.nn.Linear(args.width, 1),
).to(device)
if args.optimizer == "sgd":
    optimizer = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=args.momentum)
else:
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
loss_of = torch.nn.functional.binary_cross_entropy_with_logits
x, y = spirals(512, seed=1)
x_val, y_val = spirals(256, seed=2)

epoch, best = 0, math.inf
if os.path.exists(checkpoint):
    state = torch.load(checkpoint, map_location=device)
    epoch, best = state["epoch"], state["best"]
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.load_state_dict(state["schedule"])
    torch.set_rng_state(state["rng"].cpu())
    print(f"going on after epoch {epoch}")

while epoch < EPOCHS:
    epoch += 1
    model.train()
    for batch in torch.randperm(len(x)).split(32):
        optimizer.zero_grad()
        loss_of(model(x[batch]).squeeze(1), y[batch]).backward()
        optimizer.step()
    learning_rate = schedule.get_last_lr()[0]
    schedule.step()
    model.eval()
    with torch.no_grad():
        value = loss_of(model(x_val).squeeze(1), y_val).item()
    if value < best:
        best = value
        save(os.path.join(folder, "model.pt"), model.state_dict())
    save(
        checkpoint,
        {
            "epoch": epoch,
            "best": best,
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "schedule": schedule.state_dict(),
            "rng": torch.get_rng_state(),
        },
    )
    print(json.dumps({"step": epoch, "value": value, "log": {"learningRate": learning_rate}}))
print(json.dumps({"value": best}))
