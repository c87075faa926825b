import os
import tempfile

import hpo.lightning
import lightning as L
import torch

trial = hpo.trial({"lr": 0.1})


class Line(L.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 1)

    def loss(self, batch):
        return ((self.layer(batch[0]).squeeze(-1) - batch[0].sum(1)) ** 2).mean()

    def training_step(self, batch, index):
        return self.loss(batch)

    def validation_step(self, batch, index):
        self.log("val_loss", self.loss(batch), sync_dist=True)

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=trial["lr"])


if __name__ == "__main__":
    L.seed_everything(trial.seed)
    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.randn(128, 4)), 32)
    devices = int(os.environ.get("CHECK_DEVICES", "1"))
    L.Trainer(
        max_epochs=4,
        accelerator="cpu",
        devices=devices,
        strategy="ddp" if devices > 1 else "auto",
        default_root_dir=tempfile.mkdtemp(),
        enable_checkpointing=False,
        logger=False,
        callbacks=[hpo.lightning.Report("val_loss")],
    ).fit(Line(), data, data)
