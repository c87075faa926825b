"""Trains a small network on two spirals: numpy alone, one file, runs without hpo as well.

What makes it a trial: it reads HPO_PARAMS, prints a JSON line after each epoch and one with the
result at its end, and saves its state in HPO_CHECKPOINT_DIR, so that it goes on where it stood if it
is started again. A pruned trial gets SIGTERM; as each epoch is saved, Python's own answer to that, to
end, is the right one.
"""
import json
import os

import numpy as np

EPOCHS = 30
BATCH = 32

params = {"lr": 0.3, "momentum": 0.9, "hidden": 16, "weightDecay": 1e-4}
params.update(json.loads(os.environ.get("HPO_PARAMS", "{}")))
checkpoint = os.path.join(os.environ.get("HPO_CHECKPOINT_DIR", "."), "state.npz")


def spirals(count, seed):
    """Points of two arms, and which arm each is of."""
    rng = np.random.default_rng(seed)
    arm = rng.integers(0, 2, count)
    turn = 0.5 + 2.5 * np.sqrt(rng.random(count))
    angle = turn * np.pi / 1.5 + arm * np.pi
    points = np.stack([turn * np.cos(angle), turn * np.sin(angle)], axis=1) / 3
    return points + 0.05 * rng.standard_normal(points.shape), arm.astype(float)


def initial(rng):
    hidden = params["hidden"]
    return {
        "w1": rng.standard_normal((2, hidden)),
        "b1": rng.standard_normal(hidden),
        "w2": rng.standard_normal((hidden, hidden)) / np.sqrt(hidden),
        "b2": np.zeros(hidden),
        "w3": rng.standard_normal(hidden) / np.sqrt(hidden),
        "b3": np.zeros(()),
    }


def forward(weights, x):
    h1 = np.tanh(x @ weights["w1"] + weights["b1"])
    h2 = np.tanh(h1 @ weights["w2"] + weights["b2"])
    return h1, h2, h2 @ weights["w3"] + weights["b3"]


def loss_of(logits, y):
    return float(np.mean(np.logaddexp(0, logits) - y * logits))


def gradients(weights, x, y):
    h1, h2, logits = forward(weights, x)
    delta = (1 / (1 + np.exp(-logits)) - y) / len(y)
    back2 = np.outer(delta, weights["w3"]) * (1 - h2**2)
    back1 = (back2 @ weights["w2"].T) * (1 - h1**2)
    return {
        "w1": x.T @ back1,
        "b1": back1.sum(axis=0),
        "w2": h1.T @ back2,
        "b2": back2.sum(axis=0),
        "w3": h2.T @ delta,
        "b3": delta.sum(),
    }


def save(epoch, weights, speeds):
    """Whole or not at all: the file is put in its place when it is written."""
    arrays = {**{f"w_{k}": v for k, v in weights.items()}, **{f"v_{k}": v for k, v in speeds.items()}}
    with open(checkpoint + ".partial", "wb") as file:
        np.savez(file, epoch=epoch, **arrays)
    os.replace(checkpoint + ".partial", checkpoint)


def load():
    with np.load(checkpoint) as file:
        weights = {name[2:]: file[name] for name in file.files if name.startswith("w_")}
        speeds = {name[2:]: file[name] for name in file.files if name.startswith("v_")}
        return int(file["epoch"]), weights, speeds


seed = int(os.environ.get("HPO_TRIAL_SEED", "0"))
x, y = spirals(400, seed=1)
x_val, y_val = spirals(200, seed=2)
epoch, weights = 0, initial(np.random.default_rng(seed))
speeds = {name: np.zeros_like(value) for name, value in weights.items()}
if os.path.exists(checkpoint):
    epoch, weights, speeds = load()
    print(f"going on after epoch {epoch}")

value = loss_of(forward(weights, x_val)[2], y_val)
while epoch < EPOCHS:
    epoch += 1
    # Of the epoch, not of the run: an epoch is the same whether the run was stopped before it or not.
    order = np.random.default_rng([seed, epoch]).permutation(len(x))
    for batch in np.array_split(order, len(x) // BATCH):
        gradient = gradients(weights, x[batch], y[batch])
        for name in weights:
            slope = gradient[name] + params["weightDecay"] * weights[name]
            speeds[name] = params["momentum"] * speeds[name] - params["lr"] * slope
            weights[name] = weights[name] + speeds[name]
    value = loss_of(forward(weights, x_val)[2], y_val)
    norm = float(np.sqrt(sum(np.sum(w**2) for w in weights.values())))
    save(epoch, weights, speeds)
    print(json.dumps({"step": epoch, "value": value, "log": {"weightNorm": norm}}))
print(json.dumps({"value": value}))
