"""One training of a small transformer, for `hpo scale`'s laws of width, depth and samples.

Its text is made up: every sequence follows one of eight random Markov chains over 64 characters, so
that attention has something to find, and no two steps see the same sequences. It prints its
loss on held-out text as JSON, and answers `hpo probe` when it is asked (needs torch).

    python train.py --width 64 --depth 2 --optimizer adam --lr 1e-3
    hpo probe -- python train.py --width 64 --depth 2 --optimizer adam
"""

import argparse
import json
import math
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

VOCABULARY, LENGTH, CHAINS, BASE_WIDTH = 64, 24, 8, 64


class Text:
    """Endless batches of made-up text, by a seed."""

    def __init__(self, seed: int) -> None:
        chains = torch.Generator().manual_seed(7)
        logits = 2.5 * torch.randn(CHAINS, VOCABULARY, VOCABULARY, generator=chains)
        self.transitions = torch.softmax(logits, -1)
        self.random = torch.Generator().manual_seed(seed)

    def batch(self, size: int) -> torch.Tensor:
        chain = torch.randint(CHAINS, (size,), generator=self.random)
        text = [torch.randint(VOCABULARY, (size,), generator=self.random)]
        for _ in range(LENGTH):
            rows = self.transitions[chain, text[-1]]
            text.append(torch.multinomial(rows, 1, generator=self.random)[:, 0])
        return torch.stack(text, 1)


class Block(nn.Module):
    def __init__(self, width: int, scale: float) -> None:
        super().__init__()
        self.heads, self.scale = max(1, width // 16), scale
        self.before, self.after = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mix = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        size, length, width = x.shape
        q, k, v = (
            part.view(size, length, self.heads, -1).transpose(1, 2)
            for part in self.mix(self.before(x)).chunk(3, -1)
        )
        scores = (q @ k.transpose(-1, -2)) * self.scale
        future = torch.ones(length, length, dtype=torch.bool).triu(1)
        attended = torch.softmax(scores.masked_fill(future, -math.inf), -1) @ v
        x = x + self.out(attended.transpose(1, 2).reshape(size, length, width))
        return x + self.down(functional.gelu(self.up(self.after(x))))


class Transformer(nn.Module):
    """Standard parametrisation, or muP for Adam: hidden layers' rates and the output fall as 1/width."""

    def __init__(self, width: int, depth: int, mup: bool) -> None:
        super().__init__()
        head = width // max(1, width // 16)
        self.output_scale = BASE_WIDTH / width if mup else 1.0
        self.embed = nn.Embedding(VOCABULARY, width)
        self.place = nn.Embedding(LENGTH, width)
        self.blocks = nn.ModuleList(Block(width, 1 / math.sqrt(head)) for _ in range(depth))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, VOCABULARY, bias=False)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=1 / math.sqrt(module.in_features))
            elif isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, std=0.5)

    def forward(self, text: torch.Tensor) -> torch.Tensor:
        x = self.embed(text) + self.place.weight
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x)) * self.output_scale


def loss_of(model: nn.Module, text: torch.Tensor) -> torch.Tensor:
    logits = model(text[:, :-1])
    return functional.cross_entropy(logits.reshape(-1, VOCABULARY), text[:, 1:].reshape(-1))


def optimizer_of(model: Transformer, name: str, lr: float, width: int, mup: bool):
    hidden = [p for n, p in model.named_parameters() if n.startswith("blocks") and p.ndim == 2]
    others = [p for p in model.parameters() if all(p is not one for one in hidden)]
    factor = BASE_WIDTH / width if mup else 1.0
    groups = [{"params": hidden, "lr": lr * factor}, {"params": others, "lr": lr}]
    if name == "adam":
        return torch.optim.Adam(groups, lr=lr, betas=(0.9, 0.99))
    return torch.optim.SGD(groups, lr=lr, momentum=0.9)


def train(
    *, width=64, depth=2, batch=8, steps=120, optimizer="adam", lr=1e-3, mup=False, seed=0
) -> tuple[float, int]:
    """The loss on held-out text, nan where training diverged, and the number of weights."""
    model, updater, text = parts(width, depth, optimizer, lr, mup, seed)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        updater, lambda step: 0.5 * (1 + math.cos(math.pi * step / steps))
    )
    for _ in range(steps):
        loss = loss_of(model, text.batch(batch))
        if not torch.isfinite(loss):
            break
        updater.zero_grad()
        loss.backward()
        updater.step()
        schedule.step()
    held_out = Text(10_000)
    with torch.no_grad():
        losses = [loss_of(model, held_out.batch(64)) for _ in range(4)]
    value = torch.stack(losses).mean().item()
    weights = sum(p.numel() for p in model.parameters())
    return (value if math.isfinite(value) else math.nan), weights


def parts(width: int, depth: int, optimizer: str, lr: float, mup: bool, seed: int):
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    model = Transformer(width, depth, mup)
    return model, optimizer_of(model, optimizer, lr, width, mup), Text(seed + 1)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--depth", type=int, default=2)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--steps", type=int, default=120)
    parser.add_argument("--optimizer", choices=["adam", "heavyBall"], default="adam")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--mup", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    run = vars(parser.parse_args())

    sys.path.insert(0, str(Path(__file__).parents[3] / "clients/python"))
    from hpo import probe

    if probe.requested():
        names = ("width", "depth", "optimizer", "lr", "mup", "seed")
        model, optimizer, text = parts(**{name: run[name] for name in names})
        probe.serve(model, loss_of, [text.batch(run["batch"]) for _ in range(40)], optimizer)
        return
    value, weights = train(**run)
    print(json.dumps({"value": value if math.isfinite(value) else "nan", "weights": weights}))


if __name__ == "__main__":
    main()
