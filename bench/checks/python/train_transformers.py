import tempfile

import hpo.transformers
import torch
from transformers import PretrainedConfig, PreTrainedModel, Trainer, TrainingArguments

trial = hpo.trial({"lr": 0.1})


class Line(PreTrainedModel):
    config_class = PretrainedConfig

    def __init__(self, config):
        super().__init__(config)
        self.layer = torch.nn.Linear(4, 1)
        self.post_init()

    def _init_weights(self, module):
        pass

    def forward(self, x, labels):
        out = self.layer(x).squeeze(-1)
        return {"loss": ((out - labels) ** 2).mean(), "logits": out}


torch.manual_seed(0)
x = torch.randn(128, 4)
rows = [{"x": one, "labels": one.sum()} for one in x]
options = TrainingArguments(
    tempfile.mkdtemp(),
    learning_rate=trial["lr"],
    num_train_epochs=4,
    per_device_train_batch_size=32,
    eval_strategy="epoch",
    save_strategy="no",
    report_to=[],
    use_cpu=True,
)
trainer = Trainer(
    Line(PretrainedConfig()),
    options,
    train_dataset=rows[:96],
    eval_dataset=rows[96:],
    callbacks=[hpo.transformers.Report("eval_loss")],
)
trainer.train()
trainer.evaluate()
