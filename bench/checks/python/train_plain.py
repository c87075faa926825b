"""By the client alone: gradient descent on a bowl, with a checkpoint after each step."""
import json

import hpo

trial = hpo.trial({"lr": 0.1})
state = json.loads(trial.saved().read_text()) if trial.saved() else {"x": 1.0, "step": 0}
for step in trial.steps(8, state["step"] + 1):
    state = {"x": state["x"] - trial["lr"] * state["x"], "step": step}
    text = json.dumps(state)
    trial.report(state["x"] ** 2, step, save=lambda path: path.write_text(text), x=state["x"])
trial.attrs(steps=state["step"])
trial.result(state["x"] ** 2)
