"""Scripts as hpo runs them: with its variables, over a pipe, ended by SIGTERM. No packages needed."""

import json
import logging
import os
import platform
import signal
import subprocess
import sys
import tempfile
import textwrap
import unittest
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import hpo  # noqa: E402

ROOT = Path(__file__).parents[1]


class Script:
    """A script in a process of its own, run as a trial of hpo."""

    def __init__(self, code: str, **environ: str) -> None:
        self.dir = Path(tempfile.mkdtemp())
        trial = {
            "HPO_TRIAL_NUMBER": "3",
            "HPO_TRIAL_SEED": "7",
            "HPO_TRIAL_DIR": str(self.dir),
            "HPO_CHECKPOINT_DIR": str(self.dir / "checkpoints"),
            "HPO_STOP_FILE": str(self.dir / "stop.json"),
            "HPO_GRACE_SECONDS": "1",
            "HPO_PARAMS": '{"lr": 0.5}',
        }
        base = {name: value for name, value in os.environ.items() if not name.startswith("HPO_")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code)],
            env={**base, "PYTHONPATH": str(ROOT), **trial, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def until(self, text: str) -> None:
        """Reads lines up to one that has this."""
        assert self.process.stdout
        for line in self.process.stdout:
            if text in line:
                return
        raise AssertionError(f"{text} never came")

    def stop(self, reason: str) -> None:
        (self.dir / "stop.json").write_text(json.dumps({"reason": reason}))
        self.process.send_signal(signal.SIGTERM)

    def end(self) -> "tuple[int, str, str]":
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err

    def heard(self) -> "list[dict[str, Any]]":
        code, out, err = self.end()
        assert code == 0, err
        told = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
        if told:  # the first line alone tells what the script runs by
            assert told[0].pop("versions") == {"python": platform.python_version()}
        return told


class TellingTest(unittest.TestCase):
    def test_all_that_a_script_tells_is_lines_of_json(self) -> None:
        script = Script(
            """
            import hpo, math
            trial = hpo.trial({"lr": 1.0, "opt": "sgd"})
            print("an open line", end="")
            trial.report(0.25, 1, grad=math.nan, **{"val/acc": 2})
            trial.log(1, lr=trial["lr"])
            trial.attrs(model=trial["opt"], number=trial.number, seed=trial.seed)
            trial.constraints(-1, 2)
            trial.result({"loss": 1})
            trial.result([1, 2])
            trial.result(0.5)
            """
        )
        told = script.heard()
        self.assertEqual(json.dumps(told[0]), json.dumps({"step": 1, "value": 0.25, "log": {"grad": float("nan"), "val/acc": 2.0}}))
        self.assertEqual(
            told[1:],
            [
                {"step": 1, "log": {"lr": 0.5}},
                {"attrs": {"model": "sgd", "number": 3, "seed": 7}},
                {"constraints": [-1.0, 2.0]},
                {"values": {"loss": 1.0}},
                {"values": [1.0, 2.0]},
                {"value": 0.5},
            ],
        )

    def test_it_is_heard_whoever_takes_stdout(self) -> None:
        script = Script(
            """
            import hpo, io, os, sys
            trial = hpo.trial()
            sys.stdout = io.StringIO()
            trial.report(1, 1)
            os.close(1)
            trial.result(2)
            """
        )
        self.assertEqual(script.heard(), [{"step": 1, "value": 1.0}, {"value": 2.0}])

    def test_rank_0_alone_tells(self) -> None:
        code = "import hpo; t = hpo.trial(); t.report(1, 1); t.result(t.rank)"
        for variables in ({"RANK": "1", "LOCAL_RANK": "0"}, {"LOCAL_RANK": "1"}):
            self.assertEqual(Script(code, **variables).heard(), [])
        self.assertEqual(len(Script(code, RANK="0", LOCAL_RANK="0").heard()), 2)

    def test_parameters_that_are_too_long_for_a_variable_stand_in_the_file(self) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write('{"x": 9}')
            file.flush()
            script = Script("import hpo; hpo.run(lambda t: t['x'])", HPO_PARAMS="", HPO_PARAMS_FILE=file.name)
            self.assertEqual(script.heard(), [{"value": 9.0}])


class StoppingTest(unittest.TestCase):
    def test_a_report_ends_the_script_with_its_finally_blocks_and_the_reason(self) -> None:
        script = Script(
            """
            import hpo, time
            trial = hpo.trial()
            try:
                for step in trial.steps(1000):
                    try:
                        trial.report(step, step)
                    except Exception:
                        print("swallowed")
                    time.sleep(0.01)
            except hpo.Stopped as stopped:
                print(stopped.reason, trial.should_stop())
                raise
            """
        )
        script.until('"step": 3')
        script.stop("pruned")
        code, out, err = script.end()
        self.assertEqual((code, err), (0, ""))
        self.assertTrue(out.endswith("pruned True\n"), out[-200:])
        self.assertNotIn("swallowed", out)

    def test_what_never_reports_again_ends_within_the_grace(self) -> None:
        script = Script("import hpo, time; hpo.trial(); print('on', flush=True); time.sleep(60)")
        script.until("on")
        script.stop("timeout")
        self.assertEqual(script.end()[0], 128 + signal.SIGTERM)

    def test_a_save_is_whole_before_the_script_stops(self) -> None:
        script = Script(
            """
            import hpo, time
            def write(path):
                with open(path, "w") as file:
                    for piece in range(20):
                        file.write("x" * 1000)
                        file.flush()
                        print("wrote", piece, flush=True)
                        time.sleep(0.02)
            hpo.trial().report(1, 1, save=write)
            """,
            HPO_GRACE_SECONDS="0.1",
        )
        script.until("wrote 2")
        script.stop("pruned")
        self.assertEqual(script.end()[0], 0)
        self.assertEqual((script.dir / "checkpoints/state").stat().st_size, 20_000)
        self.assertEqual(os.listdir(script.dir / "checkpoints"), ["state"])

    def test_one_that_goes_on_tells_again_what_it_had_told_up_to_its_checkpoint(self) -> None:
        code = """
            import hpo, os, signal
            trial = hpo.trial()
            first = int(trial.saved().read_text()) if trial.saved() else 1
            for step in trial.steps(4, first):
                if step == 4 and first == 1:
                    os.kill(os.getpid(), signal.SIGKILL)
                trial.report(step / 2, step, acc=step, save=lambda path: path.write_text(str(min(step, 2) + 1)))
            """
        before = Script(code)
        before.end()
        again = Script(code, HPO_CHECKPOINT_DIR=str(before.dir / "checkpoints"))
        heard = [message for message in again.heard() if "step" in message]
        self.assertEqual([message["step"] for message in heard], [1, 2, 3, 4])
        self.assertEqual(heard[1], {"step": 2, "value": 1.0, "log": {"acc": 2.0}})

    def test_a_curve_is_told_again_where_only_the_result_was_left(self) -> None:
        for steps in ("trial.steps(3, first)", "range(first, 4)"):
            code = f"""
                import hpo, os, signal
                trial = hpo.trial()
                first = int(trial.saved().read_text()) if trial.saved() else 1
                for step in {steps}:
                    trial.report(step / 2, step, save=lambda path: path.write_text(str(step + 1)))
                if first == 1:
                    os.kill(os.getpid(), signal.SIGKILL)
                trial.result(1.5)
                """
            before = Script(code)
            before.end()
            again = Script(code, HPO_CHECKPOINT_DIR=str(before.dir / "checkpoints"))
            curve = [{"step": step, "value": step / 2} for step in (1, 2, 3)]
            self.assertEqual(again.heard(), [*curve, {"value": 1.5}])
            # Interrupted once more, it has them still.
            once_more = Script(code, HPO_CHECKPOINT_DIR=str(before.dir / "checkpoints"))
            self.assertEqual(once_more.heard(), [*curve, {"value": 1.5}])

    def test_of_several_ranks_each_ends_at_once_but_for_a_save(self) -> None:
        code = """
            import hpo, time
            trial = hpo.trial()
            with trial.saving():
                print("saving", flush=True)
                time.sleep(0.3)
                print("saved", flush=True)
            print("on", flush=True)
            time.sleep(60)
            """
        ranks = {"RANK": "0", "WORLD_SIZE": "2"}
        within = Script(code, **ranks)
        within.until("saving")
        within.stop("pruned")
        code_within, out, _ = within.end()
        self.assertEqual((code_within, out), (-signal.SIGTERM, "saved\n"))
        behind = Script(code, **ranks)
        behind.until("on")
        behind.stop("pruned")
        self.assertEqual(behind.end()[0], -signal.SIGTERM)

    def test_a_forked_child_ends_as_without_a_handler(self) -> None:
        script = Script(
            """
            import hpo, os, time
            hpo.trial()
            ready, write = os.pipe()
            child = os.fork()
            if child == 0:
                os.write(write, b"!")
                time.sleep(60)
            os.read(ready, 1)
            os.kill(child, 15)
            print(os.WTERMSIG(os.waitpid(child, 0)[1]))
            """
        )
        self.assertEqual(script.end()[1], "15\n")


class KeepingTest(unittest.TestCase):
    def test_a_trial_finds_its_own_checkpoint_before_the_one_it_goes_on_with(self) -> None:
        other = Path(tempfile.mkdtemp())
        (other / "state").write_text("theirs")
        code = """
            import hpo
            trial = hpo.trial()
            print(trial.saved().read_text())
            trial.save("state", lambda path: path.write_text("mine"))
            trial.save("folder", lambda path: path.mkdir())
            trial.save("folder", lambda path: path.mkdir())
            print(trial.saved().read_text(), trial.saved("folder").is_dir(), trial.saved("none"))
            print(*trial.steps(9, 3))
            """
        script = Script(code, HPO_CONTINUE_DIR=str(other), HPO_MAX_STEP="5")
        self.assertEqual(script.end()[1], "theirs\nmine True None\n3 4 5\n")

    def test_a_save_that_fails_leaves_what_was_there(self) -> None:
        script = Script(
            """
            import hpo
            trial = hpo.trial()
            trial.save("state", lambda path: path.write_text("whole"))
            try:
                trial.save("state", lambda path: (path.write_text("ha"), 1 / 0))
            except ZeroDivisionError:
                print(trial.saved().read_text())
            """
        )
        self.assertEqual(script.end()[1], "whole\n")


@dataclass
class Config:
    lr: float = 0.1
    layers: int = 2


class PlainTest(unittest.TestCase):
    def test_without_hpo_a_script_has_its_defaults_and_reports_are_logged(self) -> None:
        trial = hpo.Trial({"lr": 0.5, "other": 1}, {})
        self.assertEqual((dict(trial), trial.is_managed, trial.into(Config)), ({"lr": 0.5, "other": 1}, False, Config(0.5, 2)))
        with self.assertLogs("hpo", logging.INFO) as logs:
            trial.report(1, 1, acc=2)
            trial.result(3)
        self.assertEqual(len(logs.output), 2)
        trial.check()
        self.assertFalse(trial.should_stop())
        self.assertIsNone(trial.saved())

    def test_a_step_that_is_no_count_is_refused(self) -> None:
        trial = hpo.Trial({}, {})
        steps: "list[Any]" = [1.5, -1, float("nan"), float("inf")]
        for step in steps:
            for tell in (partial(trial.report, 1, step), partial(trial.log, step, lr=1)):
                with self.assertRaisesRegex(ValueError, f"^step is {step}: a step is an integer >= 0. Count epochs"):
                    tell()

    def test_run_returns_what_the_objective_does(self) -> None:
        self.assertEqual(hpo.run(lambda trial: trial["lr"] * 2, {"lr": 0.25}), 0.5)


class ValuesTest(unittest.TestCase):
    def test_arrays_and_scalars_are_kept_as_numbers(self) -> None:
        script = Script(
            """
            import hpo
            class Array:
                def tolist(self): return [0.5, 2.0]
            hpo.trial().attrs(weights=Array(), path=__import__("pathlib").Path("a"))
            hpo.trial().result(Array())
            """
        )
        _, out, err = script.end()
        self.assertIn('{"attrs": {"weights": [0.5, 2.0], "path": "a"}', out, err)
        self.assertIn('{"values": [0.5, 2.0]}', out, err)

    def test_a_metric_that_is_not_there_is_told_with_those_that_are(self) -> None:
        from hpo._metric import split_metric

        self.assertEqual(split_metric({"a": 1, "b": 2}, "a", "Keras"), (1, {"b": 2}))
        with self.assertRaises(KeyError) as raised:
            split_metric({"val_loss": 1, "loss": 2}, "val_los", "Keras")
        self.assertEqual(
            str(raised.exception),
            'Keras gives no metric "val_los". It gives: loss, val_loss. Name one of these.',
        )


if __name__ == "__main__":
    unittest.main()
