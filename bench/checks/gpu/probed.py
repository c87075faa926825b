"""What `npm run check:gpu` probes, on the card or the processor: convolution, attention, AdamW."""
import os
import sys

import torch
from torch import nn

root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(root, "clients", "python"))
from hpo import probe  # noqa: E402 - found by the line before

device = os.environ["CHECK_DEVICE"]
if device == "cuda":
    torch.zeros(1, device=device)  # fails here if there is none


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolution = nn.Conv2d(1, 32, 3, stride=2, padding=1)
        self.attention = nn.MultiheadAttention(32, 4, batch_first=True)
        self.head = nn.Linear(32, 10)

    def forward(self, x):
        tokens = torch.tanh(self.convolution(x)).flatten(2).transpose(1, 2)
        mixed, _ = self.attention(tokens, tokens, tokens, need_weights=False)
        return self.head((tokens + mixed).mean(1))


# Made on the processor and moved, so that both devices have the same weights and data.
torch.manual_seed(0)
model = Net().to(device)
teacher = torch.randn(64, 10)
batches = []
for _ in range(40):
    x = torch.randn(64, 1, 8, 8)
    y = (x.flatten(1) @ teacher + 4 * torch.randn(64, 10)).argmax(1)
    batches.append((x.to(device), y.to(device)))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
probe.serve(model, lambda m, b: nn.functional.cross_entropy(m(b[0]), b[1]), batches, optimizer)
