# SPDX-License-Identifier: GPL-3.0-or-later
"""A model of your own: python3 own_gru.py DATASET OUT.pt, then fedcctr train DATASET --model-file OUT.pt --out RUN"""
import json, sys, torch
from torch import nn


class OwnGru(nn.Module):
    def __init__(self, items: int, width: int):
        super().__init__()
        self.items = nn.Embedding(items + 1, width, padding_idx=0)  # items are numbered from 1, 0 is padding
        self.bias = nn.Parameter(torch.zeros(items + 1))
        self.gru = nn.GRU(width, width, batch_first=True)
        nn.init.normal_(self.items.weight, std=0.3)

    def forward(self, history: torch.Tensor, merged: torch.Tensor, domain: int, candidates: torch.Tensor):
        states, _ = self.gru(self.items(merged))  # [n, L] -> [n, L, width]; `history` is the target's domain alone
        last = ((merged > 0).sum(1) - 1).clamp(min=0)  # the padding stands behind the events
        state = states[torch.arange(merged.size(0), device=merged.device), last]
        return (self.items(candidates) @ state.unsqueeze(2)).squeeze(2) + self.bias[candidates]  # [n, C]


if __name__ == "__main__":
    torch.manual_seed(1)
    items = sum(json.load(open(sys.argv[1] + "/dataset.json"))["items"])
    model = OwnGru(items, width=int(sys.argv[3]) if len(sys.argv) > 3 else 32)
    shapes = {name: list(p.shape) for name, p in model.named_parameters() if p.requires_grad}
    torch.jit.save(torch.jit.script(model), sys.argv[2], _extra_files={"fedcctr.json": json.dumps(shapes)})
