"""Optuna as a peer of the bench: it asks and is told, the bench evaluates.

One JSON object per line on stdin, one per line on stdout. The first line out is the greeting:
    {"versions": {"python": "3.12.0", "optuna": "5.0.0", ...}, "missing": {"gp": "torch"}}
or {"error": "..."}. Then, each answered by one line, {"error": "..."} if it went wrong:
    {"op": "start", "sampler": "gp", "seed": 0, "space": [...]}   -> {}
    {"op": "ask", "number": 3}                                    -> {"params": {...}, "ms": 12.5}
    {"op": "tell", "number": 3, "value": 0.5 | null}              -> {}     null: FAIL
    {"op": "tell", "number": 3, "value": ..., "row": {...}}       -> {}     see tell()
A study that prunes (bench/epochs) is started with {"pruner": "hyperband", "epochs": 50} and knows
    {"op": "started", "number": 3, "row": {...}}                  -> {}     see started()
    {"op": "report", "number": 3, "step": 1, "value": 0.5}        -> {"prune": true}
    {"op": "finish", "number": 3, "state": "PRUNED", "value": ...} -> {}
The space is a list of {"name", "distribution" (Optuna's JSON), "conditions"}.
"""

import importlib
import json
import platform
import sys
import time

# What each sampler imports beyond Optuna's own requirements.
NEEDS = {"random": [], "tpe": [], "gp": ["torch", "scipy"], "cmaes": ["cmaes"], "qmc": ["scipy"]}


def version_of(module):
    try:
        return getattr(importlib.import_module(module), "__version__", "unknown")
    except ImportError:
        return None


def greeting():
    versions = {"python": platform.python_version()}
    for module in ["optuna", "torch", "scipy", "cmaes"]:
        found = version_of(module)
        if found is not None:
            versions[module] = found
    missing = {
        sampler: ", ".join(m for m in modules if m not in versions)
        for sampler, modules in NEEDS.items()
        if any(m not in versions for m in modules)
    }
    return {"versions": versions, "missing": missing}


def make_sampler(optuna, name, seed):
    """With the defaults that a user gets."""
    samplers = optuna.samplers
    return {
        "random": lambda: samplers.RandomSampler(seed=seed),
        "tpe": lambda: samplers.TPESampler(seed=seed),
        "gp": lambda: samplers.GPSampler(seed=seed),
        "cmaes": lambda: samplers.CmaEsSampler(seed=seed),
        "qmc": lambda: samplers.QMCSampler(seed=seed),
    }[name]()


def make_pruner(optuna, name, epochs):
    """With the defaults that a user gets, but for what they must know: how long a training is."""
    pruners = optuna.pruners
    return {
        None: lambda: pruners.NopPruner(),
        "none": lambda: pruners.NopPruner(),
        "median": lambda: pruners.MedianPruner(),
        "halving": lambda: pruners.SuccessiveHalvingPruner(),
        "hyperband": lambda: pruners.HyperbandPruner(min_resource=1, max_resource=epochs),
    }[name]()


def holds(condition, params):
    if condition["parameter"] not in params:
        return False
    value = params[condition["parameter"]]
    if "in" in condition:
        return value in condition["in"]
    tests = {
        "gt": lambda bound: value > bound,
        "gte": lambda bound: value >= bound,
        "lt": lambda bound: value < bound,
        "lte": lambda bound: value <= bound,
    }
    return all(tests[name](condition[name]) for name in tests if condition.get(name) is not None)


class Run:
    """One study. Parameters are asked for as a user's objective does it, conditions by `if`."""

    def __init__(self, optuna, message):
        self.optuna = optuna
        self.parameters = [
            {
                "name": parameter["name"],
                "distribution": optuna.distributions.json_to_distribution(
                    json.dumps(parameter["distribution"])
                ),
                "conditions": parameter.get("conditions", []),
            }
            for parameter in message["space"]
        ]
        sampler = make_sampler(optuna, message["sampler"], message["seed"])
        pruner = make_pruner(optuna, message.get("pruner"), message.get("epochs"))
        self.study = optuna.create_study(sampler=sampler, pruner=pruner, study_name="bench")
        self.trials = {}
        self.spent = 0.0

    def ask(self, message):
        start = time.perf_counter()
        trial = self.study.ask()
        params = {}
        for parameter in self.parameters:
            if all(holds(condition, params) for condition in parameter["conditions"]):
                params[parameter["name"]] = self.suggest(trial, parameter)
        self.spent += time.perf_counter() - start
        self.trials[message["number"]] = trial
        ms, self.spent = 1000 * self.spent, 0.0
        return {"params": params, "ms": ms}

    def suggest(self, trial, parameter):
        name, d = parameter["name"], parameter["distribution"]
        if isinstance(d, self.optuna.distributions.CategoricalDistribution):
            return trial.suggest_categorical(name, d.choices)
        if isinstance(d, self.optuna.distributions.IntDistribution):
            return trial.suggest_int(name, d.low, d.high, step=d.step, log=d.log)
        return trial.suggest_float(name, d.low, d.high, step=d.step, log=d.log)

    def tell(self, message):
        """With a row, the trial that was asked for fails, which samplers do not learn from, and the
        row is added as a finished trial: what Optuna has for results of somewhere else."""
        state = self.optuna.trial.TrialState
        trial = self.trials.pop(message["number"])
        value, row = message["value"], message.get("row")
        start = time.perf_counter()
        if value is None or row is not None:
            self.study.tell(trial, state=state.FAIL)
        else:
            self.study.tell(trial, value)
        if row is not None:
            self.study.add_trial(self.finished(row, value, state))
        self.spent += time.perf_counter() - start
        return {}

    def started(self, message):
        """A pool trains its nearest row: the trial that was asked for becomes it. So it keeps its
        number, from which Hyperband has its bracket, and which a row that is added would not have."""
        trial = self.trials[message["number"]]
        storage = self.study._storage
        for parameter in self.parameters:
            name, d = parameter["name"], parameter["distribution"]
            if name in message["row"]:
                value = d.to_internal_repr(message["row"][name])
                storage.set_trial_param(trial._trial_id, name, value, d)
        return {}

    def report(self, message):
        trial = self.trials[message["number"]]
        start = time.perf_counter()
        trial.report(message["value"], message["step"])
        prune = trial.should_prune()
        self.spent += time.perf_counter() - start
        return {"prune": bool(prune)}

    def finish(self, message):
        trial = self.trials.pop(message["number"])
        state = self.optuna.trial.TrialState[message["state"]]
        start = time.perf_counter()
        if message["state"] == "COMPLETE":
            self.study.tell(trial, message["value"])
        else:
            self.study.tell(trial, state=state)
        self.spent += time.perf_counter() - start
        return {}

    def finished(self, row, value, state):
        distributions = {
            parameter["name"]: parameter["distribution"]
            for parameter in self.parameters
            if parameter["name"] in row
        }
        return self.optuna.trial.create_trial(
            params=row,
            distributions=distributions,
            value=value,
            state=state.FAIL if value is None else state.COMPLETE,
        )


def serve(optuna):
    run = None
    for line in sys.stdin:
        message = json.loads(line)
        try:
            if message["op"] == "start":
                run = Run(optuna, message)
                answer = {}
            else:
                answer = getattr(run, message["op"])(message)
        except Exception as error:  # Whatever it is, the bench shall say it.
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


def main():
    try:
        import optuna
    except ImportError as error:
        print(json.dumps({"error": f"Python {platform.python_version()}: {error}"}), flush=True)
        return
    import warnings

    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    print(json.dumps(greeting()), flush=True)
    serve(optuna)


main()
