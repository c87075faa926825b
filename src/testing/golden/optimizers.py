"""Writes optimizers.json: given the gradients, the parameters after each step, in float64.

    python optimizers.py SEED OUT.json      (the file here: seed 7; requirements.txt says what it needs)
"""
import importlib, sys, types, warnings
import golden_file
warnings.filterwarnings("ignore")
import numpy as np, torch
torch.set_default_dtype(torch.float64)
import os
sp = [p for p in sys.path if p.endswith("site-packages")][0]
for name in ("timm", "timm.optim"):
    m = types.ModuleType(name); m.__path__ = [os.path.join(sp, *name.split("."))]; sys.modules[name] = m
lamb = importlib.import_module("timm.optim.lamb").Lamb
lars = importlib.import_module("timm.optim.lars").Lars
lion = importlib.import_module("timm.optim.lion").Lion
lookahead = importlib.import_module("timm.optim.lookahead").Lookahead

seed, out = int(sys.argv[1]), sys.argv[2]
rng = np.random.RandomState(seed)
STEPS = 25
SHAPES = [(4, 3), (3,)]
init = [rng.randn(*s) for s in SHAPES]
grads = [[(rng.randn(*s) * (1 + 0.5 * np.sin(t)) + 0.3) for s in SHAPES] for t in range(STEPS)]
r = lambda lo, hi: float(np.round(rng.uniform(lo, hi), 4))

O = torch.optim
cases = [
    ("sgd", {"lr": 0.1}, lambda p, h: O.SGD(p, **h), "torch.optim.SGD"),
    ("sgd-weight-decay", {"lr": r(.02, .2), "weight_decay": 0.05}, lambda p, h: O.SGD(p, **h), "torch.optim.SGD (weight decay added to the gradient)"),
    ("momentum", {"lr": r(.02, .2), "momentum": 0.9}, lambda p, h: O.SGD(p, **h), "torch.optim.SGD"),
    ("momentum-dampening", {"lr": r(.02, .2), "momentum": 0.8, "dampening": 0.2}, lambda p, h: O.SGD(p, **h), "torch.optim.SGD"),
    ("nesterov", {"lr": r(.02, .2), "momentum": 0.9, "nesterov": True}, lambda p, h: O.SGD(p, **h), "torch.optim.SGD"),
    ("adagrad", {"lr": r(.02, .2), "eps": 1e-10}, lambda p, h: O.Adagrad(p, **h), "torch.optim.Adagrad"),
    ("adagrad-lr-decay", {"lr": r(.02, .2), "lr_decay": 0.1, "weight_decay": 0.01}, lambda p, h: O.Adagrad(p, **h), "torch.optim.Adagrad"),
    ("rmsprop", {"lr": r(.005, .05), "alpha": 0.95, "eps": 1e-8}, lambda p, h: O.RMSprop(p, **h), "torch.optim.RMSprop"),
    ("rmsprop-centered-momentum", {"lr": r(.005, .05), "alpha": 0.95, "eps": 1e-8, "momentum": 0.9, "centered": True}, lambda p, h: O.RMSprop(p, **h), "torch.optim.RMSprop"),
    ("adadelta", {"lr": 1.0, "rho": 0.9, "eps": 1e-6}, lambda p, h: O.Adadelta(p, **h), "torch.optim.Adadelta"),
    ("adam", {"lr": r(.005, .05), "betas": [0.9, 0.999], "eps": 1e-8}, lambda p, h: O.Adam(p, **h), "torch.optim.Adam"),
    ("adam-l2", {"lr": r(.005, .05), "betas": [0.85, 0.99], "eps": 1e-8, "weight_decay": 0.1}, lambda p, h: O.Adam(p, **h), "torch.optim.Adam (L2 added to the gradient)"),
    ("amsgrad", {"lr": r(.005, .05), "betas": [0.9, 0.99], "eps": 1e-8, "amsgrad": True}, lambda p, h: O.Adam(p, **h), "torch.optim.Adam"),
    ("adamw", {"lr": r(.005, .05), "betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 0.1}, lambda p, h: O.AdamW(p, **h), "torch.optim.AdamW (decoupled)"),
    ("adamax", {"lr": r(.005, .05), "betas": [0.9, 0.999], "eps": 1e-8}, lambda p, h: O.Adamax(p, **h), "torch.optim.Adamax"),
    ("nadam", {"lr": r(.005, .05), "betas": [0.9, 0.999], "eps": 1e-8, "momentum_decay": 0.004}, lambda p, h: O.NAdam(p, **h), "torch.optim.NAdam"),
    ("radam", {"lr": r(.005, .05), "betas": [0.9, 0.999], "eps": 1e-8}, lambda p, h: O.RAdam(p, **h), "torch.optim.RAdam"),
    ("rprop", {"lr": 0.01, "etas": [0.5, 1.2], "step_sizes": [1e-6, 50]}, lambda p, h: O.Rprop(p, **h), "torch.optim.Rprop"),
    ("lion", {"lr": r(.001, .01), "betas": [0.9, 0.99], "weight_decay": 0.1}, lambda p, h: lion(p, **h), "timm Lion (decoupled weight decay)"),
    ("lamb", {"lr": r(.005, .05), "betas": [0.9, 0.999], "eps": 1e-6, "weight_decay": 0.01, "max_grad_norm": None}, lambda p, h: lamb(p, **h), "timm Lamb, no gradient clipping"),
    ("asgd", {"lr": r(.02, .1), "lambd": 1e-3, "alpha": 0.75, "t0": 5}, lambda p, h: O.ASGD(p, **h), "torch.optim.ASGD (the parameters, not the average)"),
    ("adamw-maximize", {"lr": r(.005, .05), "betas": [0.9, 0.99], "eps": 1e-8, "weight_decay": 0.05, "maximize": True}, lambda p, h: O.AdamW(p, **h), "torch.optim.AdamW, maximize"),
    ("lars", {"lr": r(.02, .2), "momentum": 0.9, "weight_decay": 0.01, "trust_coeff": 0.001, "eps": 1e-8}, lambda p, h: lars(p, **h), "timm Lars"),
]
res = []


def run(make, h):
    p = [torch.nn.Parameter(torch.tensor(x.copy())) for x in init]
    opt = make(p, {k: (tuple(v) if isinstance(v, list) else v) for k, v in h.items()})
    traj = []
    for g in grads:
        for q, x in zip(p, g):
            q.grad = torch.tensor(x.copy())
        opt.step()
        traj.append([q.detach().numpy().tolist() for q in p])
    return traj


for name, h, make, source in cases:
    res.append({"name": name, "hyperparameters": h, "source": source, "trajectory": run(make, h)})
h = {"inner": "sgd", "lr": r(.02, .2), "k": 5, "alpha": 0.5}
res.append({"name": "lookahead", "hyperparameters": h, "source": "timm Lookahead over torch.optim.SGD", "trajectory": run(lambda p, h: lookahead(O.SGD(p, lr=h["lr"]), alpha=h["alpha"], k=h["k"]), h)})

# Shampoo as first written (Gupta et al. 2018): L += g g', R += g' g, step = L^-1/4 g R^-1/4; a vector is a column, one-sided power -1/2.
h = {"lr": r(.05, .2), "eps": 1e-4}
P = [x.copy() for x in init]
pre = [(np.eye(4) * h["eps"], np.eye(3) * h["eps"]), (np.eye(3) * h["eps"],)]


def power(m, e):
    w, v = np.linalg.eigh(m)
    return (v * np.maximum(w, 0) ** e) @ v.T


traj = []
for g in grads:
    pre[0][0][...] += g[0] @ g[0].T
    pre[0][1][...] += g[0].T @ g[0]
    pre[1][0][...] += np.outer(g[1], g[1])
    P[0] -= h["lr"] * power(pre[0][0], -.25) @ g[0] @ power(pre[0][1], -.25)
    P[1] -= h["lr"] * power(pre[1][0], -.5) @ g[1]
    traj.append([x.tolist() for x in P])
res.append({"name": "shampoo", "hyperparameters": h, "source": "Gupta, Koren, Singer 2018, algorithm 1 (order-k tensor: exponent -1/2k), accumulators start at eps*I", "trajectory": traj})

# Muon on the matrix, as torch.optim.Muon does it, but with the Newton-Schulz steps in float64: torch
# takes them in bfloat16, whose error (some 3e-2) would hide mistakes. The vector is left to another
# optimizer and not listed.
if hasattr(O, "Muon"):
    torch.Tensor.bfloat16 = lambda tensor: tensor.clone()
    h = {"lr": r(.01, .05), "momentum": 0.95, "nesterov": True, "weight_decay": 0.1, "ns_coefficients": [3.4445, -4.775, 2.0315], "ns_steps": 5, "eps": 1e-7}
    p = torch.nn.Parameter(torch.tensor(init[0].copy()))
    o = O.Muon([p], **{k: (tuple(v) if isinstance(v, list) else v) for k, v in h.items()})
    traj = []
    for g in grads:
        p.grad = torch.tensor(g[0].copy()); o.step(); traj.append([p.detach().numpy().tolist()])
    res.append({"name": "muon", "hyperparameters": h, "source": "torch.optim.Muon on the 4x3 matrix alone with Newton-Schulz in float64", "trajectory": traj})

# SparseAdam: only the rows that have a gradient are touched (lazy moments), rows given in "rows"
h = {"lr": r(.005, .05), "betas": [0.9, 0.999], "eps": 1e-8}
p = torch.nn.Parameter(torch.tensor(init[0].copy()))
o = O.SparseAdam([p], lr=h["lr"], betas=tuple(h["betas"]), eps=h["eps"])
traj, rows = [], []
for t, g in enumerate(grads):
    k = sorted({t % 4, (t * t + 1) % 4})
    p.grad = torch.sparse_coo_tensor(torch.tensor([k]), torch.tensor(g[0][k].copy()), (4, 3)); o.step()
    rows.append(k); traj.append([p.detach().numpy().tolist()])
res.append({"name": "sparse-adam", "hyperparameters": h, "rows": rows, "source": "torch.optim.SparseAdam on the 4x3 matrix alone; at step t only rows[t] of the gradient exist", "trajectory": traj})

# signSGD (Bernstein et al. 2018)
h = {"lr": r(.005, .05)}
P = [x.copy() for x in init]; traj = []
for g in grads:
    P = [x - h["lr"] * np.sign(y) for x, y in zip(P, g)]; traj.append([x.tolist() for x in P])
res.append({"name": "sign-sgd", "hyperparameters": h, "source": "Bernstein et al. 2018", "trajectory": traj})

# methods that call the loss themselves: SAM and L-BFGS on the Rosenbrock function of 4 variables
x0 = np.round(rng.uniform(-1.2, 1.2, 4), 3)


def rosen(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def grad(x):
    t = torch.tensor(x, requires_grad=True); f = rosen(t); f.backward(); return float(f), t.grad.numpy()


closure = []
h = {"inner": "sgd", "lr": 1e-4, "rho": 0.05}
x, traj = x0.copy(), []
for _ in range(STEPS):
    g = grad(x)[1]; g2 = grad(x + h["rho"] * g / np.linalg.norm(g))[1]; x = x - h["lr"] * g2; traj.append(x.tolist())
closure.append({"name": "sam", "hyperparameters": h, "source": "Foret et al. 2021, algorithm 1 over SGD", "x0": x0.tolist(), "trajectory": traj})
x = torch.nn.Parameter(torch.tensor(x0))
o = O.LBFGS([x], lr=1, max_iter=60, history_size=10, line_search_fn="strong_wolfe", tolerance_grad=1e-10, tolerance_change=1e-14)


def c():
    o.zero_grad(); f = rosen(x); f.backward(); return f


for _ in range(3):
    o.step(c)
closure.append({"name": "lbfgs", "hyperparameters": {"history_size": 10, "line_search": "strong Wolfe"}, "source": "torch.optim.LBFGS", "x0": x0.tolist(), "final_loss_at_most": max(1e-10, 1.0001 * float(rosen(x))), "torch_final_loss": float(rosen(x)), "torch_evaluations": int(o.state[x]["func_evals"])})
golden_file.write(out, {"about": "Updates in float64. Each case starts from 'init' and is given 'grads' step by step, whatever the parameters are; trajectory[t] holds the parameters after step t. 'closure' cases evaluate the Rosenbrock function sum 100(x[i+1]-x[i]^2)^2+(1-x[i])^2 themselves.",
           "shapes": SHAPES, "init": [x.tolist() for x in init], "grads": [[x.tolist() for x in g] for g in grads], "cases": res, "closure": closure})
print(len(res), "cases", len(closure), "closure cases")
