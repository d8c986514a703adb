#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The peer of the cohort engine: a plain loop over clients in Python, one backward each, with the same LibTorch, sizes,
examples, loss and clipping.

    fedcctr-bench-round --dataset DIR --examples FILE && python_loop.py FILE [--threads N] [--repeats N]

It prints the seconds of a round with the gradient of the item table dense, as a beginner writes it, and sparse.
"""
import argparse
import json
import math
import time

import torch
from torch import nn
from torch.nn import functional


class Encoder(nn.Module):
    """One causal transformer layer over items with positions, norms behind (as model.layers = 1)."""

    def __init__(self, sizes):
        super().__init__()
        width = sizes["width"]
        self.heads = sizes["heads"]
        self.share = sizes["dropout"]
        self.position = nn.Parameter(torch.zeros(sizes["history"], width))
        self.before = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm1 = nn.LayerNorm(width)
        self.ffn1 = nn.Linear(width, 4 * width)
        self.ffn2 = nn.Linear(4 * width, width)
        self.norm2 = nn.LayerNorm(width)

    def dropped(self, x):
        return functional.dropout(x, self.share, self.training)

    def forward(self, x):
        """x [L, d] -> the representations of the prefixes of length 0 to L, [L + 1, d]."""
        length, width = x.shape
        none = x.new_zeros(1, width)
        if length == 0:
            return none
        x = self.dropped(self.before(x + self.position[:length]))
        q, k, v = self.qkv(x).reshape(length, 3, self.heads, -1).permute(1, 2, 0, 3)
        bias = torch.full((length, length), -math.inf).triu(1)
        weights = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(q.shape[-1]) + bias, -1)
        mixed = (weights @ v).transpose(0, 1).reshape(length, width)
        x = self.norm1(x + self.dropped(self.out(mixed)))
        x = self.norm2(x + self.dropped(self.ffn2(self.dropped(torch.relu(self.ffn1(x))))))
        return torch.cat([none, x])


class Model(nn.Module):
    def __init__(self, sizes, sparse):
        super().__init__()
        self.sizes = sizes
        width = sizes["width"]
        self.items = nn.Embedding(sizes["items"], width, sparse=sparse)
        self.bias = nn.Embedding(sizes["items"], 1, sparse=sparse)
        nn.init.zeros_(self.bias.weight)
        self.projection = nn.Linear(sizes["text_width"], width, bias=False)
        self.text = functional.normalize(torch.randn(sizes["items"], sizes["text_width"]), dim=1)
        self.encoders = nn.ModuleList(Encoder(sizes) for _ in range(3))
        self.users = nn.ModuleList(nn.Linear(2 * width, width) for _ in range(2))

    def vectors(self, items):
        return self.items(items) + self.projection(self.text[items])

    def forward(self, client):
        tables = []
        for encoder, name in zip(self.encoders, ("a", "b", "merged")):
            x = self.vectors(torch.tensor(client[name], dtype=torch.long))
            keep = (torch.rand(len(x), 1) >= self.sizes["history_dropout"]).float()
            tables.append(encoder(x * keep))
        loss = torch.zeros(())
        count = sum(len(targets) for targets in client["targets"])
        for domain, (targets, negatives) in enumerate(zip(client["targets"], client["negatives"])):
            if not targets:
                continue
            item, *prefixes = torch.tensor(targets).t()
            user = torch.cat([tables[domain][prefixes[domain]], tables[2][prefixes[2]]], 1)
            side = self.users[domain](user)
            positive = (side * self.vectors(item)).sum(1) + self.bias(item).squeeze(1)
            drawn = torch.tensor(negatives)
            negative = side @ self.vectors(drawn).t() + self.bias(drawn).squeeze(1)
            scores = torch.cat([positive.unsqueeze(1), negative], 1)
            loss = loss + (torch.logsumexp(scores, 1) - positive).sum() / max(1, count)
        return loss


def one_round(model, clients, clip_norm):
    """The sum of the clients' clipped gradients."""
    total = [torch.zeros_like(p) for p in model.parameters()]
    for client in clients:
        model.zero_grad(set_to_none=True)
        model(client).backward()
        own = [p.grad for p in model.parameters()]
        square = 0.0
        for gradient in own:
            if gradient is not None:
                values = gradient.coalesce().values() if gradient.is_sparse else gradient
                square += float(values.double().square().sum())
        factor = min(1.0, clip_norm / max(math.sqrt(square), 1e-300))
        for sum_, gradient in zip(total, own):
            if gradient is not None:
                sum_.add_(gradient, alpha=factor)
    return total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("examples")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    with open(arguments.examples, encoding="utf-8") as file:
        sizes = json.load(file)
    for sparse in (False, True):
        model = Model(sizes, sparse)
        seconds = []
        for repeat in range(arguments.repeats + 1):
            start = time.perf_counter()
            one_round(model, sizes["clients"], sizes["clip_norm"])
            if repeat > 0:  # the first one warms up
                seconds.append(time.perf_counter() - start)
        kind = "sparse" if sparse else "dense"
        print(f"python loop, {kind} table, {arguments.threads} threads: {sorted(seconds)[len(seconds) // 2]:.4f} s/round")


main()
