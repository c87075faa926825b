"""Writes surrogate.json: Gaussian process, expected improvement, Sobol points, hypervolume,
non-dominated sorting and rank tests, by scikit-learn, mpmath, scipy and Optuna.

    python surrogate.py SEED OUT.json      (the file here: seed 7; requirements.txt says what it needs)
"""
import sys, warnings
import golden_file
warnings.filterwarnings("ignore")
import numpy as np, mpmath as mp
from scipy import stats
from scipy.stats import qmc
from sklearn.gaussian_process import GaussianProcessRegressor as GP
from sklearn.gaussian_process.kernels import ConstantKernel as C, Matern, RBF, WhiteKernel as W
seed, out = int(sys.argv[1]), sys.argv[2]
rng = np.random.RandomState(seed)
gp = []
for n, d, kind in [(12, 1, "matern52"), (25, 3, "matern52"), (40, 5, "matern32"), (30, 2, "rbf")]:
    X = rng.rand(n, d)
    y = np.sin(3 * X.sum(1)) + 0.3 * rng.randn(n)
    ls = rng.uniform(.2, 1.5, d)
    amp, noise = float(rng.uniform(.5, 3)), float(rng.uniform(1e-3, .1))
    base = RBF(ls, (1e-5, 1e5)) if kind == "rbf" else Matern(ls, (1e-5, 1e5), nu=2.5 if kind == "matern52" else 1.5)
    m = GP(C(amp) * base + W(noise), optimizer=None, alpha=0).fit(X, y)
    Xs = rng.rand(8, d)
    mu, sd = m.predict(Xs, return_std=True)
    lml, g = m.log_marginal_likelihood(m.kernel_.theta, eval_gradient=True)
    gp.append({"kernel": kind, "X": X.tolist(), "y": y.tolist(), "signal_variance": amp, "lengthscales": ls.tolist(), "noise_variance": noise,
               "log_marginal_likelihood": float(lml), "gradient_wrt_log_signal_variance_log_lengthscales_log_noise_variance": g.tolist(),
               "Xtest": Xs.tolist(), "mean": mu.tolist(), "variance_of_the_latent_function": (sd**2 - noise).tolist()})
mp.mp.dps = 60


def log_ei(mu, sd, best):  # minimisation: improvement = best - f
    z = (mp.mpf(best) - mp.mpf(mu)) / mp.mpf(sd)
    return float(mp.log(mp.mpf(sd)) + mp.log(mp.npdf(z) + z * mp.ncdf(z)))


ei = [{"mean": m, "sd": s, "best": b, "log_expected_improvement": log_ei(m, s, b)}
      for m, s, b in [(0.0, 1.0, 0.0), (0.5, 0.2, 0.1), (1.0, 0.01, 0.5), (3.0, 0.1, 0.0), (-2.0, 0.5, 0.0), (0.0, 1e-6, -1e-3), (40.0, 1.0, 0.0), (0.2, 0.3, 0.19)]]
hv = []
from optuna._hypervolume import compute_hypervolume
for d, k in [(2, 12), (3, 15), (4, 10)]:
    P = rng.rand(k, d); ref = np.full(d, 1.1)
    hv.append({"points": P.tolist(), "reference_point": ref.tolist(), "hypervolume_of_the_minimised_points": float(compute_hypervolume(P, ref))})
from optuna.study._multi_objective import _fast_non_domination_rank
P = np.round(rng.rand(30, 3), 1)
rank = {"points": P.tolist(), "rank_minimised_0_is_best": _fast_non_domination_rank(P).tolist()}
a, b = rng.randn(20), rng.randn(20) + .5
tests = {"a": a.tolist(), "b": b.tolist(), "mann_whitney_two_sided_asymptotic_p": float(stats.mannwhitneyu(a, b, method="asymptotic").pvalue),
         "wilcoxon_signed_rank_two_sided_exact_p": float(stats.wilcoxon(a, b, method="exact").pvalue)}
golden_file.write(out, {"gp": gp, "log_ei_minimisation": ei, "sobol_first_16_unscrambled": {str(d): qmc.Sobol(d, scramble=False).random(16).tolist() for d in (2, 5, 10)},
           "hypervolume": hv, "non_dominated_sort": rank, "rank_tests": tests, "sources": "scikit-learn GaussianProcessRegressor, mpmath at 60 digits, scipy.stats, optuna 5.0.0"})
