"""Writes hessians.json: Hessian-vector products of small networks, in float64, by torch.

    python src/testing/golden/hessians.py        (needs torch 2 and numpy)

A case is a loss of a few float32 weights. What stands in the file is rounded to float32 before the
reference is computed, so that both sides see the same numbers. The same losses are written with
tfjs operations in src/tfjs/second-order/testing/cases.ts.
"""

import math
import pathlib

import golden_file
import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def draw(rng, *shape, scale=1.0):
    return torch.tensor((scale * rng.standard_normal(shape)).astype(np.float32).astype(np.float64))


def conv(x, w, stride=1, same=False, groups=1):
    """x [n, h, w, c], w [kh, kw, in, out]; "same" padding as TensorFlow places it."""
    x = x.permute(0, 3, 1, 2)
    if same:
        pads = []
        for size, k in ((x.shape[3], w.shape[1]), (x.shape[2], w.shape[0])):
            total = max(0, (math.ceil(size / stride) - 1) * stride + k - size)
            pads += [total // 2, total - total // 2]
        x = F.pad(x, pads)
    if groups == 1:
        kernel = w.permute(3, 2, 0, 1)
    else:  # depthwise: [kh, kw, c, m] -> [c*m, 1, kh, kw]
        kernel = w.permute(2, 3, 0, 1).reshape(-1, 1, w.shape[0], w.shape[1])
    return F.conv2d(x, kernel, stride=stride, groups=groups).permute(0, 2, 3, 1)


def pool(x, kind, size=2, stride=2):
    x = x.permute(0, 3, 1, 2)
    pooled = F.max_pool2d(x, size, stride) if kind == "max" else F.avg_pool2d(x, size, stride)
    return pooled.permute(0, 2, 3, 1)


def max_pool_same(x):
    """3x3 windows, stride 2, on 6x6: TensorFlow pads one row and column at the end."""
    x = F.pad(x.permute(0, 3, 1, 2), [0, 1, 0, 1], value=-1e30)
    return F.max_pool2d(x, 3, 2).permute(0, 2, 3, 1)


def dense(act):
    return lambda p, d: mse(act(d["x"] @ p[0] + p[1]) @ p[2] + p[3], d["y"])


def mse(a, b):
    return ((a - b) ** 2).mean()


DENSE = [[5, 4], [4], [4, 3], [3]]
LINEAR = [[5, 3], [3]]
CONV = [[3, 3, 2, 2], [2]]


def logits(p, d):
    return torch.tanh(d["x"] @ p[0] + p[1]) @ p[2] + p[3]


def classifier(loss):
    return lambda p, d: loss(logits(p, d), d)


def normalised(x, dims, eps=1e-3):
    mean = x.mean(dims, keepdim=True)
    variance = ((x - mean) ** 2).mean(dims, keepdim=True)
    return (x - mean) / torch.sqrt(variance + eps)


def attention(p, d):
    s = d["s"]
    q, k, v = s @ p[0], s @ p[1], s @ p[2]
    weights = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(3.0), -1)
    return ((weights @ v) ** 2).mean() + (weights @ v).mean()


def transformer(p, d):
    x = p[0][d["tokens"]]
    h = normalised(x, (2,)) * p[1]
    q, k, v = h @ p[2], h @ p[3], h @ p[4]
    x = x + torch.softmax(q @ k.transpose(1, 2) / math.sqrt(4.0), -1) @ v
    x = x + F.gelu(normalised(x, (2,)) @ p[5]) @ p[6]
    return F.cross_entropy((x @ p[7]).reshape(-1, 5), d["next"].reshape(-1))


def lstm(p, d):
    h = torch.zeros(2, 3)
    c = torch.zeros(2, 3)
    for t in range(4):
        z = d["s"][:, t] @ p[0] + h @ p[1] + p[2]
        i, f, g, o = z[:, 0:3], z[:, 3:6], z[:, 6:9], z[:, 9:12]
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
    return (h**2).mean() + h.mean()


def gru(p, d):
    h = torch.zeros(2, 3)
    for t in range(4):
        x = d["s"][:, t]
        z = torch.sigmoid(x @ p[0] + h @ p[1])
        r = torch.sigmoid(x @ p[2] + h @ p[3])
        h = z * h + (1 - z) * torch.tanh(x @ p[4] + (r * h) @ p[5])
    return (h**2).mean() + h.mean()


def image(act):
    return lambda p, d: (act(p, d["image"]) ** 2).mean() + torch.tanh(act(p, d["image"])).mean()


LOGITS = DENSE
CASES = {
    # activations
    "tanh": (DENSE, dense(torch.tanh)),
    "sigmoid": (DENSE, dense(torch.sigmoid)),
    "relu": (DENSE, dense(F.relu)),
    "elu": (DENSE, dense(F.elu)),
    "selu": (DENSE, dense(F.selu)),
    "softplus": (DENSE, dense(F.softplus)),
    "gelu": (DENSE, dense(F.gelu)),
    "gelu of tanh": (DENSE, dense(lambda z: F.gelu(z, approximate="tanh"))),
    "swish": (DENSE, dense(F.silu)),
    "mish": (DENSE, dense(F.mish)),
    "leaky relu": (DENSE, dense(lambda z: F.leaky_relu(z, 0.2))),
    "relu6": (DENSE, dense(F.relu6)),
    "prelu": (DENSE + [[4]], lambda p, d: dense(lambda z: torch.where(z > 0, z, p[4] * z))(p, d)),
    "exp": (DENSE, dense(lambda z: torch.exp(0.3 * z))),
    "log sigmoid": (DENSE, dense(F.logsigmoid)),
    "hard sigmoid": (DENSE, dense(lambda z: torch.clamp(0.2 * z + 0.5, 0, 1))),
    "softsign": (DENSE, dense(F.softsign)),
    "sin": (DENSE, dense(torch.sin)),
    # losses
    "linear mse": (LINEAR, lambda p, d: mse(d["x"] @ p[0] + p[1], d["y"])),
    "cross-entropy": (LOGITS, classifier(lambda z, d: F.cross_entropy(z, d["c"]))),
    "softmax and log": (
        LOGITS,
        classifier(lambda z, d: -torch.log(torch.softmax(z, 1))[torch.arange(6), d["c"]].mean()),
    ),
    "stock log-softmax": (LOGITS, classifier(lambda z, d: F.cross_entropy(z, d["c"]))),
    "squared softmax": (LOGITS, classifier(lambda z, d: mse(torch.softmax(z, 1), d["y"]))),
    "binary cross-entropy": (
        LOGITS,
        classifier(lambda z, d: F.binary_cross_entropy_with_logits(z, (d["y"] > 0).double())),
    ),
    "stock sigmoid cross-entropy": (
        LOGITS,
        classifier(lambda z, d: F.binary_cross_entropy_with_logits(z, (d["y"] > 0).double())),
    ),
    "huber": (LOGITS, classifier(lambda z, d: F.huber_loss(z, d["y"], delta=1.0))),
    "absolute": (LOGITS, classifier(lambda z, d: (z - d["y"]).abs().mean())),
    "cosine": (
        LOGITS,
        classifier(lambda z, d: (1 - F.cosine_similarity(z, d["y"], dim=1)).mean()),
    ),
    "log-sum-exp": (LOGITS, classifier(lambda z, d: torch.logsumexp(z, 1).mean())),
    # reductions and arithmetic
    "max-reduce": (LOGITS, classifier(lambda z, d: (z.max(1).values ** 2).mean())),
    "min-reduce": (LOGITS, classifier(lambda z, d: (z.min(1).values ** 2).mean())),
    "power": (LOGITS, classifier(lambda z, d: ((z**2 + 1) ** 1.7).mean())),
    "root and quotient": (LOGITS, classifier(lambda z, d: (z / torch.sqrt(1 + z**2)).sum())),
    "cumulative sum": (LOGITS, classifier(lambda z, d: (torch.cumsum(z, 1) ** 2).mean())),
    "dropout mask": (
        DENSE,
        lambda p, d: mse((torch.tanh(d["x"] @ p[0] + p[1]) * d["mask"]) @ p[2] + p[3], d["y"]),
    ),
    "weight decay": (
        DENSE,
        lambda p, d: dense(torch.tanh)(p, d) + 0.1 * sum((q**2).sum() for q in p),
    ),
    # normalisation
    "layer norm": (
        DENSE + [[4]],
        lambda p, d: mse((normalised(d["x"] @ p[0] + p[1], (1,)) * p[4]) @ p[2] + p[3], d["y"]),
    ),
    "batch norm": (
        DENSE + [[4]],
        lambda p, d: mse((normalised(d["x"] @ p[0] + p[1], (0,)) * p[4]) @ p[2] + p[3], d["y"]),
    ),
    # images
    "convolution": (CONV, image(lambda p, x: conv(x, p[0]) + p[1])),
    "convolution, same": (CONV, image(lambda p, x: torch.tanh(conv(x, p[0], same=True) + p[1]))),
    "convolution, stride 2": (
        CONV,
        image(lambda p, x: torch.tanh(conv(x, p[0], stride=2, same=True) + p[1])),
    ),
    "two convolutions": (
        CONV + [[2, 2, 2, 3]],
        image(lambda p, x: conv(torch.tanh(conv(x, p[0]) + p[1]), p[2])),
    ),
    "depthwise convolution": (
        [[3, 3, 2, 2], [4]],
        image(lambda p, x: torch.tanh(conv(x, p[0], same=True, groups=2) + p[1])),
    ),
    "separable convolutions": (
        [[2, 2, 2, 1], [1, 1, 2, 3], [2, 2, 3, 1]],
        image(
            lambda p, x: conv(torch.tanh(conv(conv(x, p[0], groups=2), p[1])), p[2], groups=3)
        ),
    ),
    "max pool": (CONV, image(lambda p, x: pool(torch.tanh(conv(x, p[0]) + p[1]), "max"))),
    "max pool, same": (
        CONV,
        image(lambda p, x: max_pool_same(torch.tanh(conv(x, p[0], same=True) + p[1]))),
    ),
    "average pool": (CONV, image(lambda p, x: pool(torch.tanh(conv(x, p[0]) + p[1]), "avg"))),
    "global average pool": (CONV, image(lambda p, x: torch.tanh(conv(x, p[0]) + p[1]).mean((1, 2)))),
    "small CNN": (
        CONV + [[2, 2, 2, 3], [3, 3]],
        lambda p, d: F.cross_entropy(
            F.relu(conv(pool(F.relu(conv(d["image"], p[0], same=True) + p[1]), "max"), p[2]))
            .mean((1, 2)) @ p[3],
            d["c"][:2],
        ),
    ),
    # sequences
    "embedding": (
        [[5, 3], [3, 5]],
        lambda p, d: F.cross_entropy(
            (torch.tanh(p[0][d["tokens"]]) @ p[1]).reshape(-1, 5), d["next"].reshape(-1)
        ),
    ),
    "attention": ([[3, 3], [3, 3], [3, 3]], attention),
    "transformer block": (
        [[5, 4], [4], [4, 4], [4, 4], [4, 4], [4, 6], [6, 4], [4, 5]],
        transformer,
    ),
    "LSTM": ([[3, 12], [3, 12], [12]], lstm),
    "GRU": ([[3, 3]] * 6, gru),
}


def reference(shapes, loss, data, rng):
    params = [draw(rng, *shape, scale=0.7).requires_grad_() for shape in shapes]
    vector = [draw(rng, *shape) for shape in shapes]
    value = loss(params, data)
    gradient = torch.autograd.grad(value, params, create_graph=True)
    slope = sum((g * v).sum() for g, v in zip(gradient, vector))
    product = torch.autograd.grad(slope, params, allow_unused=True)
    product = [torch.zeros_like(q) if h is None else h for h, q in zip(product, params)]
    flat = lambda tensors: torch.cat([t.detach().reshape(-1) for t in tensors]).tolist()
    return {
        "shapes": shapes,
        "weights": flat(params),
        "vector": flat(vector),
        "loss": value.item(),
        "gradient": flat(gradient),
        "product": flat(product),
    }


def trained(act, rng):
    """A 3-8-8-2 network after 400 steps of gradient descent, and its largest Hessian eigenvalue."""
    x, y = draw(rng, 20, 3), draw(rng, 20, 2)
    shapes = [[3, 8], [8], [8, 8], [8], [8, 2], [2]]
    params = [draw(rng, *shape, scale=0.5).requires_grad_() for shape in shapes]
    sizes = [q.numel() for q in params]

    def loss(flat):
        p = [t.reshape(s) for t, s in zip(flat.split(sizes), shapes)]
        h = act(act(x @ p[0] + p[1]) @ p[2] + p[3])
        return mse(h @ p[4] + p[5], y)

    flat = torch.cat([q.detach().reshape(-1) for q in params])
    for _ in range(400):
        flat.requires_grad_()
        (gradient,) = torch.autograd.grad(loss(flat), flat)
        flat = (flat - 0.2 * gradient).detach()
    flat = flat.float().double()
    hessian = torch.autograd.functional.hessian(loss, flat)
    return {
        "shapes": shapes,
        "weights": flat.tolist(),
        "x": x.reshape(-1).tolist(),
        "y": y.reshape(-1).tolist(),
        "loss": loss(flat).item(),
        "lambdaMax": torch.linalg.eigvalsh(hessian)[-1].item(),
    }


def main():
    rng = np.random.RandomState(7)
    data = {
        "x": draw(rng, 6, 5),
        "y": draw(rng, 6, 3),
        "c": torch.tensor([0, 2, 1, 1, 0, 2]),
        "mask": torch.tensor((rng.rand(6, 4) < 0.7) / 0.7).float().double(),
        "image": draw(rng, 2, 6, 6, 2),
        "s": draw(rng, 2, 4, 3),
        "tokens": torch.tensor([[0, 3, 1, 4], [2, 2, 0, 1]]),
        "next": torch.tensor([[3, 1, 4, 0], [2, 0, 1, 3]]),
    }
    cases = {name: reference(shapes, loss, data, rng) for name, (shapes, loss) in CASES.items()}
    file = {
        "source": f"hessians.py, torch {torch.__version__}, float64",
        "data": {
            name: {"shape": list(t.shape), "values": t.reshape(-1).tolist()}
            for name, t in data.items()
        },
        "cases": cases,
        "trained": {"tanh": trained(torch.tanh, rng), "relu": trained(F.relu, rng)},
    }
    path = pathlib.Path(__file__).with_name("hessians.json")
    golden_file.write(path, file)
    print(len(cases), "cases,", path.stat().st_size, "bytes")


main()
