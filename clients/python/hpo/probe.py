"""Answers `hpo probe` for a PyTorch model: curvature, edge, gradient noise and a range test.

It needs torch (2.0 or later) and nothing else of this package, so that the file alone does, too:

    from hpo import probe

    if probe.requested():
        probe.serve(model, loss, batches, optimizer)
        sys.exit(0)

`loss(model, batch)` gives a batch's mean loss, a scalar tensor; `batches` are at least two
mini-batches of the same size (33 or more seed Adam's second moment as they should); `optimizer`
is any `torch.optim.Optimizer` over the model's parameters, or None.

The model, its buffers, the optimizer's state and the random state are left as they were. Every
evaluation of one batch has the same random numbers, so dropout has one mask per batch. Attention
runs by its plain mathematical kernel and recurrent nets without cuDNN, as the fast kernels have no
second derivative.

The protocol is in docs/probe-protocol.md: one JSON object per line, questions on stdin, answers on
stdout, each answer under the key "probe". Vectors never leave this process.
"""

from __future__ import annotations

import contextlib
import copy
import json
import math
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TextIO

import torch
from torch import Tensor

__all__ = ["Prober", "describe_optimizer", "requested", "serve"]

VERSION = 1

Batch = Any
Loss = Callable[[torch.nn.Module, Batch], Tensor]
Vector = list[Tensor]


def requested() -> bool:
    """Whether this run is a probe: whether `hpo` set HPO_PROBE."""
    return os.environ.get("HPO_PROBE", "") not in ("", "0")


def serve(
    model: torch.nn.Module,
    loss: Loss,
    batches: Sequence[Batch],
    optimizer: torch.optim.Optimizer | None = None,
    *,
    batch_size: int | None = None,
    questions: TextIO | None = None,
    answers: TextIO | None = None,
) -> None:
    """Answers questions until stdin ends or says goodbye.

    Raises ValueError, before the first answer, if there are fewer than two batches, no parameter
    with a gradient, or no way to tell the batch size. A question that cannot be answered gets an
    error in its answer, and the next one is taken.
    """
    prober = Prober(model, loss, batches, optimizer, batch_size=batch_size)
    source = sys.stdin if questions is None else questions
    target = sys.stdout if answers is None else answers

    def say(answer: dict[str, Any]) -> None:
        target.write(json.dumps({"probe": _plain(answer)}) + "\n")
        target.flush()

    say({"version": VERSION, **prober.describe()})
    for line in source:
        if not line.strip():
            continue
        question = json.loads(line)
        if question["ask"] == "bye":
            return
        try:
            say({"id": question["id"], **prober.answer(question)})
        except Exception as error:  # noqa: BLE001 - whatever it is, the asker must hear of it
            say({"id": question["id"], "error": f"{type(error).__name__}: {error}"})


def describe_optimizer(optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """Its name, family, learning rate and update rule, of the first parameter group.

    Known by the class's name, so that third-party optimizers count too. `rule` is left out, with a
    `reason`, where no largest stable eigenvalue is known.
    """
    group = optimizer.param_groups[0]
    name = type(optimizer).__name__.lower()
    rule: dict[str, Any]
    decay = float(group.get("weight_decay", 0) or 0)
    decoupled = name in ("adamw", "lion", "lamb", "muon") or bool(group.get("decoupled_weight_decay"))
    weight_decay = {"kind": "decoupled" if decoupled else "coupled", "strength": decay}
    momentum = float(group.get("momentum", 0) or 0)
    told = {"name": name, "learningRate": float(group["lr"])}
    if name == "sgd":
        if momentum == 0:
            rule = {"kind": "gradientDescent"}
        elif group["nesterov"]:
            rule = {"kind": "nesterov", "momentum": momentum}
        else:
            dampening = float(group["dampening"])
            rule = {"kind": "heavyBall", "momentum": momentum, "dampening": dampening}
        family = "sgd" if momentum == 0 else "heavyBall"
        return {**told, "family": family, "rule": {**rule, "weightDecay": weight_decay}}
    if name in ("adam", "adamw", "radam"):
        rule = {"kind": "adam", "beta1": float(group["betas"][0]), "weightDecay": weight_decay}
        return {**told, "family": "adam", "rule": rule}
    if name == "rmsprop":
        rule = {"kind": "rmsProp", "momentum": momentum, "weightDecay": weight_decay}
        return {**told, "family": "rmsProp", "rule": rule}
    if name in ("nadam", "adamax", "adafactor", "adagrad", "adadelta"):
        family = "other" if name in ("adagrad", "adadelta") else "adam"
        reason = f"no threshold of {type(optimizer).__name__}'s preconditioner is known"
        return {**told, "family": family, "reason": reason}
    if name in ("lion", "muon", "lars", "lamb"):
        return {**told, "family": "lion" if name == "lion" else "other", "rule": {"kind": name}}
    if name in ("signsgd", "signum"):
        return {**told, "family": "sign", "rule": {"kind": "sign"}}
    reason = f"the update rule of {type(optimizer).__name__} is not known here"
    return {**told, "family": "other", "reason": reason}


class Prober:
    """Measures a model at its present weights. Each method's answer says what it cost.

    `gradients` counts gradients of one batch; a Hessian-vector product counts as two.
    """

    def __init__(
        self,
        model: torch.nn.Module,
        loss: Loss,
        batches: Sequence[Batch],
        optimizer: torch.optim.Optimizer | None = None,
        *,
        batch_size: int | None = None,
    ) -> None:
        self.model = model
        self.loss = loss
        self.batches = list(batches)
        self.optimizer = optimizer
        self.parameters = [p for p in model.parameters() if p.requires_grad]
        if len(self.batches) < 2:
            raise ValueError(f"batches holds {len(self.batches)}: a probe needs at least 2.")
        if not self.parameters:
            raise ValueError("The model has no parameter that requires a gradient.")
        self.batch_size = _size_of(self.batches[0]) if batch_size is None else batch_size
        self.gradients = 0
        self.products = 0
        self.assumptions: list[str] = []
        self._basis: list[Vector] = []
        self._root: Vector | None = None
        self._second: Vector | None = None
        self._warm: dict[Any, Any] | None = None
        self._seed = torch.initial_seed()

    def describe(self) -> dict[str, Any]:
        return {
            "framework": f"torch {torch.__version__}",
            "weights": sum(p.numel() for p in self.parameters),
            "batchSize": self.batch_size,
            "batches": len(self.batches),
            "optimizer": None if self.optimizer is None else describe_optimizer(self.optimizer),
        }

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        ask = question["ask"]
        options = {k: v for k, v in question.items() if k not in ("id", "ask")}
        methods: dict[str, Callable[..., dict[str, Any]]] = {
            "gradient": self.gradient,
            "warm": self.warm,
            "update": self.update,
            "lanczosStart": self.lanczos_start,
            "lanczosStep": self.lanczos_step,
            "power": self.power,
            "noise": self.noise,
            "trace": self.trace,
            "rangeTest": self.range_test,
        }
        if ask not in methods:
            raise ValueError(f'"{ask}" is unknown; known: {", ".join(methods)}')
        before = self.gradients, self.products
        with self._guarded():
            result = methods[ask](**options)
        return {
            **result,
            "gradients": self.gradients - before[0],
            "products": self.products - before[1],
            "assumptions": self.assumptions,
        }

    def gradient(self) -> dict[str, Any]:
        """Loss, norms and two curvatures of the first batch: along g and along sign g."""
        batch = self.batches[0]
        g, value = self._gradient(batch)
        sign = [x.sign() for x in g]
        weights = [p.detach() for p in self.parameters]
        return {
            "loss": value,
            "squaredNorm": _dot(g, g),
            "curvature": _dot(g, self._product(g, batch)),
            "absoluteSum": _dot(g, sign),
            "signCurvature": _dot(sign, self._product(sign, batch)),
            "weightNorm": math.sqrt(_dot(weights, weights)),
        }

    def warm(self, batches: int = 32) -> dict[str, Any]:
        """Fills the second moment that `update` and a preconditioned Lanczos need.

        The optimizer makes `batches` real steps, each from the same weights and without momentum,
        so that its state is what it would be if the weights stood still; nu, the mean squared
        gradient, is taken from the same gradients. The last batches are used, the first ones being
        measured on.
        """
        if batches > len(self.batches):
            self._assume(
                f"{len(self.batches)} batches instead of {batches} seeded the second moment: "
                "give more"
            )
        count = min(batches, len(self.batches))
        optimizer = self.optimizer
        second: Vector = [torch.zeros_like(p) for p in self.parameters]
        with self._measured() if optimizer else contextlib.nullcontext():
            start = [p.detach().clone() for p in self.parameters]
            for k in range(count):
                g, _ = self._gradient(self.batches[-1 - k])
                second = [s + x * x / count for s, x in zip(second, g)]
                if optimizer:
                    for group in optimizer.param_groups:
                        if "alpha" in group:  # RMSprop does not correct its start: a plain mean
                            group["alpha"] = k / (k + 1)
                    self._step(optimizer, g)
                    self._set_weights(start)
            if optimizer:
                self._warm = copy.deepcopy(optimizer.state_dict()["state"])
        self._second = second
        return {}

    def update(self, batches: int = 4) -> dict[str, Any]:
        """g'u and u'Hu for the optimizer's own update u of w <- w - lr u, over several batches.

        Momentum and weight decay are left out of u. u is made of one batch; g and H are the next
        one's, so that the same noise is not counted twice.
        """
        optimizer = self._needs_optimizer()
        count = max(1, min(batches, len(self.batches)))
        slope = curvature = 0.0
        for k in range(count):
            other = self.batches[(k + 1) % len(self.batches)]
            g, _ = self._gradient(self.batches[k])
            u = self._update_of(optimizer, g)
            slope += _dot(self._gradient(other)[0], u) / count
            curvature += _dot(u, self._product(u, other)) / count
        return {"slope": slope, "curvature": curvature, "batches": count}

    def lanczos_start(self, seed: int = 0, preconditioned: bool = False) -> dict[str, Any]:
        """Begins a Krylov basis from a random direction, for the first batch's H.

        If `preconditioned`, for P^-1/2 H P^-1/2 with P = sqrt(nu) + eps, after `warm`.
        """
        self._root = self._preconditioner_root() if preconditioned else None
        generator = torch.Generator().manual_seed(seed)
        start = [
            torch.randn(p.shape, generator=generator, dtype=torch.float64).to(p)
            for p in self.parameters
        ]
        size = math.sqrt(_dot(start, start))
        self._basis = [[x / size for x in start]]
        return {}

    def lanczos_step(self) -> dict[str, Any]:
        """One product: alpha = q'Hq, and beta, the length of what is new in Hq.

        Reorthogonalised against the whole basis, twice.
        """
        if not self._basis:
            raise ValueError("Ask lanczosStart first.")
        q = self._basis[-1]
        w = self._preconditioned_product(q)
        alpha = _dot(w, q)
        for _ in range(2):
            for b in self._basis:
                w = _axpy(-_dot(w, b), b, w)
        beta = math.sqrt(max(0.0, _dot(w, w)))
        if beta > 0:
            self._basis.append([x / beta for x in w])
        return {"alpha": alpha, "beta": beta}

    def power(self, steps: int = 25, tolerance: float = 0.02, seed: int = 0) -> dict[str, Any]:
        """q'Hq of power iteration on the first batch's H: the eigenvalue of largest magnitude.

        Ends once it moves by less than `tolerance`, relatively.
        """
        generator = torch.Generator().manual_seed(seed)
        q = [
            torch.randn(p.shape, generator=generator, dtype=torch.float64).to(p)
            for p in self.parameters
        ]
        value, converged = 0.0, False
        for _ in range(steps):
            size = math.sqrt(_dot(q, q))
            if size == 0:
                return {"value": 0.0, "converged": True}
            q = [x / size for x in q]
            w = self._product(q, self.batches[0])
            before, value = value, _dot(q, w)
            q = w
            converged = abs(value - before) <= tolerance * abs(value)
            if converged:
                break
        return {"value": value, "converged": converged}

    def noise(self, batches: int = 8, curvature: bool = False) -> dict[str, Any]:
        """|g_j|^2 of single batches and |mean g|^2; with `curvature` also g_j'Hg_j and the mean's.

        H is that of a batch that is not among them, where there is one.
        """
        count = max(2, min(batches, len(self.batches)))
        other = self.batches[count % len(self.batches)]
        mean: Vector = [torch.zeros_like(p) for p in self.parameters]
        squares, curvatures = [], []
        for batch in self.batches[:count]:
            g, _ = self._gradient(batch)
            mean = _axpy(1 / count, g, mean)
            squares.append(_dot(g, g))
            if curvature:
                curvatures.append(_dot(g, self._product(g, other)))
        result: dict[str, Any] = {"squaredNorms": squares, "meanSquaredNorm": _dot(mean, mean)}
        if curvature:
            result["curvatures"] = curvatures
            result["meanCurvature"] = _dot(mean, self._product(mean, other))
        return result

    def trace(self, samples: int = 8, seed: int = 0) -> dict[str, Any]:
        """v'Hv of the first batch's H for Rademacher vectors v (Hutchinson)."""
        generator = torch.Generator().manual_seed(seed)
        values = []
        for _ in range(samples):
            v = [
                torch.randint(0, 2, p.shape, generator=generator).mul(2).sub(1).to(p)
                for p in self.parameters
            ]
            values.append(_dot(v, self._product(v, self.batches[0])))
        return {"samples": values}

    def range_test(self, low: float, high: float, steps: int = 100) -> dict[str, Any]:
        """Trains with a learning rate that grows from `low` to `high`; the weights come back."""
        optimizer = self._needs_optimizer()
        points: list[dict[str, float]] = []
        with self._restored(optimizer):
            for step in range(steps):
                rate = low * (high / low) ** (step / max(1, steps - 1))
                for group in optimizer.param_groups:
                    _set_rate(group, rate)
                g, value = self._gradient(self.batches[step % len(self.batches)])
                points.append({"learningRate": rate, "loss": value})
                if not math.isfinite(value):
                    break
                self._step(optimizer, g)
        return {"points": points}

    # --- the parts

    def _needs_optimizer(self) -> torch.optim.Optimizer:
        if self.optimizer is None:
            raise ValueError("No optimizer was given to hpo_probe.serve.")
        if isinstance(self.optimizer, torch.optim.LBFGS):
            raise ValueError("LBFGS has a line search and no update of its own; probe another.")
        return self.optimizer

    def _value(self, batch: Batch) -> Tensor:
        # The same numbers for the same batch: one dropout mask, whatever is asked in between.
        torch.manual_seed(self._seed % 2**63)
        value = self.loss(self.model, batch)
        if value.dim() != 0:
            raise ValueError(f"loss gave a tensor of shape {tuple(value.shape)}, not a scalar.")
        return value

    def _gradient(self, batch: Batch) -> tuple[Vector, float]:
        self.gradients += 1
        value = self._value(batch)
        grads = torch.autograd.grad(value, self.parameters, allow_unused=True)
        g = [torch.zeros_like(p) if x is None else x for p, x in zip(self.parameters, grads)]
        return g, float(value.detach())

    def _product(self, v: Vector, batch: Batch) -> Vector:
        self.gradients += 2
        self.products += 1
        grads = torch.autograd.grad(
            self._value(batch), self.parameters, create_graph=True, allow_unused=True
        )
        slopes = [(g * x).sum() for g, x in zip(grads, v) if g is not None and g.requires_grad]
        if not slopes:  # a loss that is linear in the weights
            return [torch.zeros_like(p) for p in self.parameters]
        products = torch.autograd.grad(sum(slopes), self.parameters, allow_unused=True)
        return [torch.zeros_like(p) if h is None else h for p, h in zip(self.parameters, products)]

    def _preconditioner_root(self) -> Vector:
        if self._second is None:
            raise ValueError("Ask warm first.")
        eps = float(self.optimizer.param_groups[0].get("eps", 1e-8)) if self.optimizer else 1e-8
        return [(s.sqrt() + eps).rsqrt() for s in self._second]

    def _preconditioned_product(self, q: Vector) -> Vector:
        if self._root is None:
            return self._product(q, self.batches[0])
        inner = self._product([x * r for x, r in zip(q, self._root)], self.batches[0])
        return [x * r for x, r in zip(inner, self._root)]

    def _update_of(self, optimizer: torch.optim.Optimizer, g: Vector) -> Vector:
        with self._measured():
            if self._warm is not None:
                groups = optimizer.state_dict()["param_groups"]
                optimizer.load_state_dict(
                    {"state": copy.deepcopy(self._warm), "param_groups": groups}
                )
            start = [p.detach().clone() for p in self.parameters]
            self._step(optimizer, g)
            return [s - p.detach() for s, p in zip(start, self.parameters)]

    @contextlib.contextmanager
    def _measured(self) -> Iterator[None]:
        """An empty state, a learning rate of 1, neither momentum nor weight decay; then all back."""
        optimizer = self._needs_optimizer()
        with self._restored(optimizer):
            optimizer.state.clear()
            for group in optimizer.param_groups:
                _set_rate(group, 1.0)
                for name in ("weight_decay", "momentum", "dampening"):
                    if name in group:
                        group[name] = 0.0
                if group.get("nesterov"):
                    group["nesterov"] = False
                if isinstance(group.get("betas"), tuple) and len(group["betas"]) > 1:
                    group["betas"] = (0.0, *group["betas"][1:])
            yield

    def _assume(self, text: str) -> None:
        if text not in self.assumptions:
            self.assumptions.append(text)

    def _step(self, optimizer: torch.optim.Optimizer, g: Vector) -> None:
        for p, x in zip(self.parameters, g):
            p.grad = x.clone()
        optimizer.step()

    def _set_weights(self, weights: Vector) -> None:
        with torch.no_grad():
            for p, w in zip(self.parameters, weights):
                p.copy_(w)

    @contextlib.contextmanager
    def _restored(self, optimizer: torch.optim.Optimizer) -> Iterator[None]:
        """Weights, gradients and the optimizer's state and settings come back as they were."""
        weights = [p.detach().clone() for p in self.parameters]
        grads = [p.grad for p in self.parameters]
        state = copy.deepcopy(optimizer.state_dict())
        try:
            yield
        finally:
            self._set_weights(weights)
            optimizer.load_state_dict(state)
            for p, grad in zip(self.parameters, grads):
                p.grad = grad

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        """Kernels with second derivatives; buffers and random state restored."""
        buffers = {name: b.detach().clone() for name, b in self.model.named_buffers()}
        devices = sorted({p.device.index or 0 for p in self.parameters if p.is_cuda})
        with contextlib.ExitStack() as stack:
            stack.enter_context(torch.random.fork_rng(devices=devices))
            stack.enter_context(torch.enable_grad())
            stack.enter_context(torch.backends.cudnn.flags(enabled=False))
            if hasattr(torch.nn, "attention"):
                from torch.nn.attention import SDPBackend, sdpa_kernel

                stack.enter_context(sdpa_kernel(SDPBackend.MATH))
            try:
                yield
            finally:
                with torch.no_grad():
                    for name, b in self.model.named_buffers():
                        b.copy_(buffers[name])


def _dot(a: Vector, b: Vector) -> float:
    """In float64: a sum over millions of float32 weights loses digits."""
    return float(sum(torch.sum(x.double() * y.double()) for x, y in zip(a, b)))


def _axpy(scale: float, x: Vector, y: Vector) -> Vector:
    return [b + scale * a for a, b in zip(x, y)]


def _set_rate(group: dict[str, Any], rate: float) -> None:
    if isinstance(group["lr"], Tensor):
        group["lr"].fill_(rate)
    else:
        group["lr"] = rate


def _size_of(batch: Batch) -> int:
    if isinstance(batch, Tensor) and batch.dim() > 0:
        return int(batch.shape[0])
    parts = batch.values() if isinstance(batch, dict) else batch
    if isinstance(parts, (list, tuple)) or isinstance(batch, dict):
        for part in parts:
            with contextlib.suppress(ValueError):
                return _size_of(part)
    raise ValueError("The batch size can't be told from the batches: give batch_size.")


def _plain(value: Any) -> Any:
    """JSON has neither NaN nor Infinity: they travel as strings."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value
