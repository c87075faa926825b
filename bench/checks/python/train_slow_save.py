"""Each checkpoint takes a while, so that a kill hits one; says where it began."""
import time

import hpo

trial = hpo.trial()
saved = trial.saved()
begin = len(saved.read_text()) if saved else 0
print(f"begins at {begin}", flush=True)


def write(path, size):
    with open(path, "w") as file:
        for _ in range(size):
            file.write("x")
            file.flush()
            time.sleep(0.02)


for step in trial.steps(12, begin + 1):
    trial.report(step, step, save=lambda path: write(path, step))
trial.attrs(begin=begin)
trial.result(begin)
