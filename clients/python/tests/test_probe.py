"""Against a loss whose Hessian is known: half the mean squared error of a linear model."""

import io
import json
import math
import sys
import unittest
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from hpo import probe as hpo_probe

BATCH = 16


def problem(seed: int = 0):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(640, 5, generator=generator, dtype=torch.float64)
    y = x @ torch.randn(5, 1, generator=generator, dtype=torch.float64)
    y = y + 0.5 * torch.randn(640, 1, generator=generator, dtype=torch.float64)
    torch.manual_seed(seed)
    model = torch.nn.Linear(5, 1).double()
    batches = [(x[i : i + BATCH], y[i : i + BATCH]) for i in range(0, 640, BATCH)]
    design = torch.cat([x, torch.ones(640, 1, dtype=torch.float64)], 1)
    return model, batches, design.T @ design / 640


def half_mse(model, batch):
    return ((model(batch[0]) - batch[1]) ** 2).mean() / 2


def largest(alphas, betas):
    off = torch.tensor(betas[: len(alphas) - 1], dtype=torch.float64)
    t = torch.diag(torch.tensor(alphas, dtype=torch.float64))
    return float(torch.linalg.eigvalsh(t + torch.diag(off, 1) + torch.diag(off, -1)).max())


class ProberTest(unittest.TestCase):
    def setUp(self):
        self.model, self.batches, self.hessian = problem()

    def prober(self, optimizer=None, loss=half_mse, **options):
        return hpo_probe.Prober(self.model, loss, self.batches, optimizer, **options)

    def lanczos(self, prober, steps, **options):
        prober.answer({"ask": "lanczosStart", **options})
        pairs = [prober.answer({"ask": "lanczosStep"}) for _ in range(steps)]
        return largest([p["alpha"] for p in pairs], [p["beta"] for p in pairs])

    def first_batch_hessian(self):
        x = self.batches[0][0]
        design = torch.cat([x, torch.ones(BATCH, 1, dtype=torch.float64)], 1)
        return design.T @ design / BATCH

    def flat_gradient(self, batch):
        grads = torch.autograd.grad(half_mse(self.model, batch), list(self.model.parameters()))
        return torch.cat([g.flatten() for g in grads])

    def test_lanczos_finds_the_largest_eigenvalue(self):
        expected = float(torch.linalg.eigvalsh(self.first_batch_hessian()).max())
        self.assertAlmostEqual(self.lanczos(self.prober(), 6), expected, places=9)

    def test_power_iteration_finds_it_too(self):
        expected = float(torch.linalg.eigvalsh(self.first_batch_hessian()).max())
        answer = self.prober().answer({"ask": "power", "steps": 500, "tolerance": 1e-9})
        self.assertTrue(answer["converged"])
        self.assertLess(abs(answer["value"] / expected - 1), 1e-4)

    def test_preconditioned_lanczos_has_the_eigenvalues_of_the_preconditioned_hessian(self):
        optimizer = torch.optim.RMSprop(self.model.parameters(), lr=0.1)
        prober = self.prober(optimizer)
        prober.answer({"ask": "warm", "batches": 40})
        squares = sum(self.flat_gradient(batch) ** 2 / len(self.batches) for batch in self.batches)
        root = (squares.sqrt() + 1e-8).rsqrt()
        expected = torch.linalg.eigvalsh(root[:, None] * self.first_batch_hessian() * root).max()
        found = self.lanczos(prober, 6, preconditioned=True)
        self.assertAlmostEqual(found / float(expected), 1, places=9)

    def test_update_of_sgd_is_the_gradient_whatever_its_momentum_and_decay(self):
        optimizer = torch.optim.SGD(
            self.model.parameters(), lr=0.3, momentum=0.9, nesterov=True, weight_decay=0.1
        )
        update = self.prober(optimizer).answer({"ask": "update", "batches": 1})
        u, g = self.flat_gradient(self.batches[0]), self.flat_gradient(self.batches[1])
        self.assertAlmostEqual(update["slope"], float(g @ u), places=12)

    def test_updates_of_adam_and_rmsprop_divide_by_the_seeded_second_moment(self):
        squares = sum(self.flat_gradient(batch) ** 2 / len(self.batches) for batch in self.batches)
        u, g = self.flat_gradient(self.batches[0]), self.flat_gradient(self.batches[1])
        expected = float(g @ (u / squares.sqrt()))
        for kind in (torch.optim.AdamW, torch.optim.RMSprop):
            prober = self.prober(kind(self.model.parameters(), lr=0.3))
            prober.answer({"ask": "warm", "batches": 40})
            update = prober.answer({"ask": "update", "batches": 1})
            self.assertLess(abs(update["slope"] / expected - 1), 0.05, kind.__name__)

    def test_few_batches_are_said(self):
        optimizer = torch.optim.Adam(self.model.parameters())
        prober = hpo_probe.Prober(self.model, half_mse, self.batches[:4], optimizer)
        self.assertIn("4 batches instead of 32", prober.answer({"ask": "warm"})["assumptions"][0])

    def test_rules_of_optimizers(self):
        weights = list(self.model.parameters())
        rules = {
            "gradientDescent": torch.optim.SGD(weights, lr=0.1),
            "heavyBall": torch.optim.SGD(weights, lr=0.1, momentum=0.9),
            "nesterov": torch.optim.SGD(weights, lr=0.1, momentum=0.9, nesterov=True),
            "adam": torch.optim.AdamW(weights),
            "rmsProp": torch.optim.RMSprop(weights),
        }
        for kind, optimizer in rules.items():
            self.assertEqual(hpo_probe.describe_optimizer(optimizer)["rule"]["kind"], kind)
        decay = hpo_probe.describe_optimizer(torch.optim.AdamW(weights))["rule"]["weightDecay"]
        self.assertEqual(decay, {"kind": "decoupled", "strength": 0.01})
        self.assertIn("reason", hpo_probe.describe_optimizer(torch.optim.Adagrad(weights)))

    def test_everything_is_as_it_was(self):
        optimizer = torch.optim.AdamW(self.model.parameters(), lr=0.01)
        half_mse(self.model, self.batches[0]).backward()
        optimizer.step()
        weights = [p.detach().clone() for p in self.model.parameters()]
        grads = [p.grad.clone() for p in self.model.parameters()]
        state = json.dumps(optimizer.state_dict(), default=lambda x: x.tolist())
        torch.manual_seed(5)
        expected = torch.rand(3)
        torch.manual_seed(5)
        prober = self.prober(optimizer)
        prober.answer({"ask": "warm"})
        prober.answer({"ask": "update"})
        prober.answer({"ask": "rangeTest", "low": 1e-3, "high": 10, "steps": 20})
        prober.answer({"ask": "noise", "curvature": True})
        self.assertTrue(torch.equal(torch.rand(3), expected))
        for p, weight, grad in zip(self.model.parameters(), weights, grads):
            self.assertTrue(torch.equal(p, weight))
            self.assertTrue(torch.equal(p.grad, grad))
        self.assertEqual(json.dumps(optimizer.state_dict(), default=lambda x: x.tolist()), state)

    def test_buffers_of_batch_norm_are_as_they_were(self):
        model = torch.nn.Sequential(torch.nn.Linear(5, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 1))
        model.double()
        before = model[1].running_mean.clone()
        hpo_probe.Prober(model, half_mse, self.batches).answer({"ask": "noise", "batches": 3})
        self.assertTrue(torch.equal(model[1].running_mean, before))

    def test_dropout_has_one_mask_per_batch(self):
        model = torch.nn.Sequential(torch.nn.Dropout(0.5), self.model)
        prober = hpo_probe.Prober(model, half_mse, self.batches)
        first = prober.answer({"ask": "gradient"})
        prober.answer({"ask": "trace", "samples": 3})
        self.assertEqual(prober.answer({"ask": "gradient"})["loss"], first["loss"])

    def test_noise_gives_the_parts_of_the_noise_scale(self):
        answer = self.prober().answer({"ask": "noise", "batches": 40, "curvature": True})
        mean = sum(answer["squaredNorms"]) / 40
        spread = (mean - answer["meanSquaredNorm"]) * 40 / 39 * BATCH
        grads = []
        for x, y in self.batches:
            for i in range(BATCH):
                loss = half_mse(self.model, (x[i : i + 1], y[i : i + 1]))
                parts = torch.autograd.grad(loss, list(self.model.parameters()))
                grads.append(torch.cat([g.flatten() for g in parts]))
        exact = float(torch.stack(grads).var(0).sum())
        self.assertLess(abs(math.log(spread / exact)), 0.3)
        self.assertEqual(len(answer["curvatures"]), 40)

    def test_attention_and_recurrent_nets_have_second_derivatives(self):
        layer = torch.nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1, batch_first=True)
        batches = [torch.randn(4, 3, 8) for _ in range(2)]
        prober = hpo_probe.Prober(layer, lambda m, b: (m(b) ** 2).mean(), batches)
        self.assertTrue(math.isfinite(prober.answer({"ask": "gradient"})["curvature"]))
        lstm = torch.nn.LSTM(8, 4, batch_first=True)
        prober = hpo_probe.Prober(lstm, lambda m, b: (m(b)[0] ** 2).mean(), batches)
        self.assertTrue(math.isfinite(prober.answer({"ask": "gradient"})["curvature"]))

    def test_a_frozen_layer_and_an_unused_parameter_are_left_out(self):
        model = torch.nn.Sequential(torch.nn.Linear(5, 5), torch.nn.Linear(5, 1)).double()
        model[0].requires_grad_(False)
        model.register_parameter("spare", torch.nn.Parameter(torch.zeros(3, dtype=torch.float64)))
        prober = hpo_probe.Prober(model, half_mse, self.batches)
        self.assertEqual(prober.describe()["weights"], 9)
        self.assertTrue(math.isfinite(prober.answer({"ask": "gradient"})["curvature"]))

    def test_bad_input_is_named(self):
        with self.assertRaisesRegex(ValueError, "holds 1"):
            hpo_probe.Prober(self.model, half_mse, self.batches[:1])
        with self.assertRaisesRegex(ValueError, "give batch_size"):
            hpo_probe.Prober(self.model, half_mse, [object(), object()])
        with self.assertRaisesRegex(ValueError, "not a scalar"):
            self.prober(loss=lambda m, b: m(b[0])).answer({"ask": "gradient"})


class ServeTest(unittest.TestCase):
    def test_a_conversation(self):
        model, batches, _ = problem()
        questions = [
            {"id": 1, "ask": "gradient"},
            {"id": 2, "ask": "update"},
            {"id": 3, "ask": "dance"},
            {"id": 4, "ask": "bye"},
            {"id": 5, "ask": "gradient"},
        ]
        answers = io.StringIO()
        text = "\n".join(json.dumps(q) for q in questions)
        hpo_probe.serve(model, half_mse, batches, questions=io.StringIO(text), answers=answers)
        lines = [json.loads(line)["probe"] for line in answers.getvalue().splitlines()]
        self.assertEqual(len(lines), 4)
        self.assertEqual((lines[0]["version"], lines[0]["batchSize"]), (1, BATCH))
        self.assertGreater(lines[1]["loss"], 0)
        self.assertIn("No optimizer", lines[2]["error"])
        self.assertIn('"dance" is unknown', lines[3]["error"])

    def test_what_is_not_finite_travels_as_a_word(self):
        model, batches, _ = problem()
        answers = io.StringIO()
        loss = lambda m, b: half_mse(m, b) * math.inf  # noqa: E731
        hpo_probe.serve(model, loss, batches, questions=io.StringIO('{"id": 1, "ask": "gradient"}'), answers=answers)
        last = json.loads(answers.getvalue().splitlines()[-1])["probe"]
        self.assertEqual(last["loss"], "Infinity")


if __name__ == "__main__":
    unittest.main()
