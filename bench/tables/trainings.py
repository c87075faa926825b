"""The small PyTorch trainings behind the tables: data, network and loss of each, by name.

All data are drawn from fixed seeds or come with scikit-learn; nothing is downloaded.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torch.nn import functional

Batch = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Training:
    train: Batch
    validation: Batch
    network: Callable[[], nn.Module]
    loss: Callable[[Tensor, Tensor], Tensor]


def _split(inputs: Tensor, targets: Tensor, train: int, validation: int) -> tuple[Batch, Batch]:
    end = train + validation
    return (inputs[:train], targets[:train]), (inputs[train:end], targets[train:end])


def _digits() -> tuple[Tensor, Tensor]:
    images, labels = load_digits(return_X_y=True)
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(0))
    return torch.tensor(images / 16, dtype=torch.float32)[order], torch.tensor(labels)[order]


def _convolution(classes: int) -> nn.Module:
    def block(channels_in: int, channels: int, stride: int) -> list[nn.Module]:
        convolution = nn.Conv2d(channels_in, channels, 3, stride, padding=1, bias=False)
        # A short training needs statistics that follow it faster than .1 does.
        return [convolution, nn.BatchNorm2d(channels, momentum=0.3), nn.ReLU()]

    return nn.Sequential(
        *block(1, 8, 1), *block(8, 16, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, classes)
    )


def conv_digits() -> Training:
    images, labels = _digits()
    train, validation = _split(images.view(-1, 1, 8, 8), labels, 1200, 500)
    return Training(train, validation, lambda: _convolution(10), functional.cross_entropy)


def conv_gratings() -> Training:
    """Waves of six directions over 8×8 pixels, of any phase, in noise as strong as they are."""
    g = torch.Generator().manual_seed(1)
    count = 1500
    labels = torch.randint(0, 6, (count,), generator=g)
    angle = labels * (math.pi / 6) + 0.15 * torch.randn(count, generator=g)
    phase = 2 * math.pi * torch.rand(count, generator=g)
    x = torch.arange(8.0)
    along = torch.cos(angle)[:, None, None] * x + torch.sin(angle)[:, None, None] * x[:, None]
    images = torch.sin(1.4 * along + phase[:, None, None]) + 0.7 * torch.randn(count, 8, 8, generator=g)
    train, validation = _split(images[:, None], labels, 1000, 500)
    return Training(train, validation, lambda: _convolution(6), functional.cross_entropy)


class _Recurrent(nn.Module):
    def __init__(self, core: nn.RNNBase, outputs: int, tokens: int = 0) -> None:
        super().__init__()
        self.tokens = tokens
        self.core = core
        self.head = nn.Linear(core.hidden_size, outputs)

    def forward(self, inputs: Tensor) -> Tensor:
        values = functional.one_hot(inputs, self.tokens).float() if self.tokens else inputs
        return self.head(self.core(values)[0][:, -1])


def recurrent_series() -> Training:
    """The next value of two waves of random speeds in noise, from the ten before it."""
    g = torch.Generator().manual_seed(2)
    count, length = 1500, 10
    time = torch.arange(length + 1.0)
    series = 0.15 * torch.randn(count, length + 1, generator=g)
    for fastest in (0.5, 1.5):
        speed = fastest * (0.3 + 0.7 * torch.rand(count, 1, generator=g))
        phase = 2 * math.pi * torch.rand(count, 1, generator=g)
        series = series + torch.sin(speed * time + phase)
    inputs, targets = series[:, :length, None], series[:, length:]
    train, validation = _split(inputs, targets, 1000, 500)
    core = lambda: nn.GRU(1, 16, batch_first=True)  # noqa: E731
    return Training(train, validation, lambda: _Recurrent(core(), 1), functional.mse_loss)


def recurrent_recall() -> Training:
    """Which of four tokens came first, after four others."""
    g = torch.Generator().manual_seed(3)
    tokens = torch.randint(0, 4, (2100, 5), generator=g)
    train, validation = _split(tokens, tokens[:, 0], 1600, 500)
    core = lambda: nn.RNN(4, 24, batch_first=True)  # noqa: E731
    return Training(train, validation, lambda: _Recurrent(core(), 4, 4), functional.cross_entropy)


def autoencoder_digits() -> Training:
    images, _ = _digits()
    train, validation = _split(images, images, 1200, 500)
    network = lambda: nn.Sequential(  # noqa: E731
        nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 8), nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 64)
    )
    return Training(train, validation, network, functional.mse_loss)


class _Ratings(nn.Module):
    def __init__(self, users: int, items: int, size: int) -> None:
        super().__init__()
        self.users, self.items = nn.Embedding(users, size), nn.Embedding(items, size)
        self.means = nn.Embedding(items, 1)
        for table in (self.users, self.items, self.means):
            nn.init.normal_(table.weight, std=0.3)

    def forward(self, pairs: Tensor) -> Tensor:
        users, items = pairs.unbind(1)
        product = (self.users(users) * self.items(items)).sum(1)
        return product + self.means(items)[:, 0]


def embedding_ratings() -> Training:
    """Ratings of 80 items by 60 users, products of four hidden traits, in noise."""
    g = torch.Generator().manual_seed(4)
    users, items, count = 60, 80, 3000
    traits = torch.randn(users, 4, generator=g), torch.randn(items, 4, generator=g) / 2
    means = torch.randn(items, generator=g)
    pairs = torch.stack(
        [torch.randint(0, users, (count,), generator=g), torch.randint(0, items, (count,), generator=g)], 1
    )
    ratings = (traits[0][pairs[:, 0]] * traits[1][pairs[:, 1]]).sum(1) + means[pairs[:, 1]]
    ratings = ratings + 0.3 * torch.randn(count, generator=g)
    train, validation = _split(pairs, ratings, 2500, 500)
    return Training(train, validation, lambda: _Ratings(users, items, 6), functional.mse_loss)


class _Bags(nn.Module):
    def __init__(self, words: int, size: int, classes: int) -> None:
        super().__init__()
        # No EmbeddingBag: it has no second derivative, which the probe needs.
        self.words = nn.Embedding(words, size)
        self.head = nn.Linear(size, classes)

    def forward(self, words: Tensor) -> Tensor:
        return self.head(torch.tanh(self.words(words).mean(1)))


def embedding_topics() -> Training:
    """Documents of 15 of 150 words; each of four topics has its own distribution of words."""
    g = torch.Generator().manual_seed(5)
    words, classes, count = 150, 4, 3000
    topics = torch.softmax(0.9 * torch.randn(classes, words, generator=g), 1)
    labels = torch.randint(0, classes, (count,), generator=g)
    documents = torch.multinomial(topics[labels], 15, replacement=True, generator=g)
    train, validation = _split(documents, labels, 2400, 600)
    return Training(train, validation, lambda: _Bags(words, 12, classes), functional.cross_entropy)


class _Transformer(nn.Module):
    def __init__(self, tokens: int, length: int, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(tokens, width)
        self.position = nn.Parameter(0.02 * torch.randn(length, width))
        self.before, self.between, self.after = (nn.LayerNorm(width) for _ in range(3))
        self.projections, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.feed = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
        self.head = nn.Linear(width, tokens)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.embedding(tokens) + self.position
        count, length, width = x.shape
        parts = self.projections(self.before(x)).view(count, length, 3, 2, width // 2)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.out(mixed.transpose(1, 2).reshape(count, length, width))
        x = x + self.feed(self.between(x))
        return self.head(self.after(x))


def transformer_chain() -> Training:
    """Sequences in which half of the tokens follow a Markov chain and half repeat the one two before."""
    g = torch.Generator().manual_seed(6)
    tokens, length, count = 10, 12, 1500
    chain = torch.softmax(2 * torch.randn(tokens, tokens, generator=g), 1)
    sequences = torch.randint(0, tokens, (count, length + 1), generator=g)
    for t in range(2, length + 1):
        follows = torch.multinomial(chain[sequences[:, t - 1]], 1, generator=g)[:, 0]
        copies = torch.rand(count, generator=g) < 0.5
        sequences[:, t] = torch.where(copies, sequences[:, t - 2], follows)
    train, validation = _split(sequences[:, :-1], sequences[:, 1:], 1200, 300)
    loss = lambda logits, target: functional.cross_entropy(logits.flatten(0, 1), target.flatten())  # noqa: E731
    return Training(train, validation, lambda: _Transformer(tokens, length, 16), loss)


TRAININGS: dict[str, Callable[[], Training]] = {
    "conv-momentum": conv_digits,
    "recurrent-rmsprop": recurrent_series,
    "autoencoder-adamw": autoencoder_digits,
    "embedding-lion": embedding_ratings,
    "transformer-adamw": transformer_chain,
    "conv-lion": conv_gratings,
    "recurrent-momentum": recurrent_recall,
    "embedding-sgd": embedding_topics,
}
