"""Makes the tables that PyTorch trains: random settings, each trained from two first weights.

    python bench/tables/generate.py --settings 160

Each line of data/NAME.jsonl is a setting with the final validation losses of its two trainings,
null where one diverged. A table goes on where it ended, whenever it was stopped, and a setting is
drawn by its place alone, so the file is the same however often that was. Tables take turns.

With HPO_PROBE set, `generate.py NAME PARAMETERS` answers hpo's probe (generate.ts asks it).
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "clients" / "python")]
from hpo import probe  # noqa: E402
from trainings import TRAININGS, Batch, Training  # noqa: E402

Table = dict[str, Any]
Setting = dict[str, float]
SEEDS = (0, 1)


class Lion(torch.optim.Optimizer):
    """Chen et al. 2023: the sign of an average of gradients, and decoupled decay."""

    def __init__(self, params: Any, lr: float, betas: tuple[float, float], weight_decay: float = 0) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:
        for group in self.param_groups:
            lr, (beta1, beta2) = group["lr"], group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                p.mul_(1 - lr * group["weight_decay"])
                p.add_(torch.sign(beta1 * m + (1 - beta1) * p.grad), alpha=-lr)
                m.mul_(beta2).add_(p.grad, alpha=1 - beta2)


def optimizer_of(table: Table, setting: Setting, network: nn.Module) -> torch.optim.Optimizer:
    lr, decay = setting["lr"], setting.get("weightDecay", 0.0)
    beta1 = 1 - setting.get("oneMinusBeta1", 0.1)
    weights = network.parameters()
    name = table["optimizer"]
    if name == "sgd":
        return torch.optim.SGD(weights, lr, weight_decay=decay)
    if name == "momentum":
        return torch.optim.SGD(weights, lr, momentum=1 - setting["oneMinusMomentum"], weight_decay=decay)
    if name == "rmsprop":
        return torch.optim.RMSprop(weights, lr, weight_decay=decay)
    if name == "adamw":
        return torch.optim.AdamW(weights, lr, betas=(beta1, 0.999), weight_decay=decay)
    if name == "lion":
        return Lion(weights, lr, betas=(beta1, 0.99), weight_decay=decay)
    raise ValueError(f"tables.json names the optimizer {name!r}, which generate.py does not make.")


def batches_of(data: Batch, size: int, generator: torch.Generator) -> Iterator[Batch]:
    """Endless; each pass over the data in an order of its own, its last short batch left out."""
    inputs, targets = data
    while True:
        order = torch.randperm(len(inputs), generator=generator)
        for part in order.split(size):
            if len(part) == size:
                yield inputs[part], targets[part]


def train(table: Table, training: Training, setting: Setting, seed: int) -> float | None:
    """The validation loss after the table's budget; None if it diverged."""
    torch.manual_seed(seed)
    network = training.network()
    optimizer = optimizer_of(table, setting, network)
    size, budget = int(setting["batchSize"]), table["budget"]
    steps = budget.get("steps") or max(1, budget["samples"] // size)
    warmup = setting.get("warmup", 0) * steps
    batches = batches_of(training.train, size, torch.Generator().manual_seed(seed))
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = setting["lr"] * min(1, (step + 1) / max(1, warmup))
        inputs, targets = next(batches)
        loss = training.loss(network(inputs), targets)
        if not math.isfinite(loss.item()):
            return None
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    network.eval()
    with torch.no_grad():
        final = training.loss(network(training.validation[0]), training.validation[1]).item()
    return final if math.isfinite(final) else None


def setting_of(table: Table, index: int) -> Setting:
    """Each parameter log-uniform; of six digits, so that a file holds exactly what was trained."""
    draw = random.Random(f"{table['name']} {index}")
    setting: Setting = {}
    for name, range_ in table["space"].items():
        low, high = range_["low"], range_["high"]
        value = low * (high / low) ** draw.random()
        setting[name] = round(value) if range_.get("integer") else float(f"{value:.5e}")
    return setting


def kept_lines(path: Path) -> int:
    """How many settings a file holds; a line that was cut off is removed from it."""
    if not path.exists():
        return 0
    text = path.read_text()
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole)
    return whole.count("\n")


def rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.5g}")


def fill(tables: list[Table], settings: int) -> None:
    trainings = {table["name"]: TRAININGS[table["name"]]() for table in tables}
    paths = {name: HERE / "data" / f"{name}.jsonl" for name in trainings}
    counts = {name: kept_lines(path) for name, path in paths.items()}
    for index in range(settings):
        for table in tables:
            name = table["name"]
            if index < counts[name]:
                continue
            setting = setting_of(table, index)
            values = [rounded(train(table, trainings[name], setting, seed)) for seed in SEEDS]
            with paths[name].open("a") as file:
                file.write(json.dumps({**setting, "values": values}) + "\n")
        if index % 20 == 19:
            print(f"{index + 1} of {settings} settings", file=sys.stderr, flush=True)


def answer_probe(table: Table, setting: Setting) -> None:
    torch.manual_seed(0)
    training = TRAININGS[table["name"]]()
    network = training.network()
    batches = batches_of(training.train, int(setting["batchSize"]), torch.Generator().manual_seed(0))
    loss = lambda model, batch: training.loss(model(batch[0]), batch[1])  # noqa: E731
    some = [next(batches) for _ in range(40)]
    probe.serve(network, loss, some, optimizer_of(table, setting, network))


def serve(table: Table) -> None:
    """Answers each line {"setting", "seed"} with the loss, after a line that says it is ready."""
    training = TRAININGS[table["name"]]()
    print("true", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(rounded(train(table, training, asked["setting"], asked["seed"]))), flush=True)


def main() -> None:
    torch.set_num_threads(1)
    tables: list[Table] = [
        table for table in json.loads((HERE / "tables.json").read_text()) if table["framework"] == "torch"
    ]
    if probe.requested():
        name, setting = sys.argv[1], json.loads(sys.argv[2])
        answer_probe(next(table for table in tables if table["name"] == name), setting)
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--settings", type=int, default=160, help="of each table; default 160")
    parser.add_argument("--only", choices=sorted(TRAININGS), help="fill this table alone")
    parser.add_argument("--serve", choices=sorted(TRAININGS), help="train what is asked for on stdin")
    options = parser.parse_args()
    if options.serve:
        serve(next(table for table in tables if table["name"] == options.serve))
        return
    fill([t for t in tables if options.only in (None, t["name"])], options.settings)


if __name__ == "__main__":
    main()
