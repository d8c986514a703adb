# SPDX-License-Identifier: GPL-3.0-or-later
"""catalogue_vectors.py DATASET OUT.csv: item vectors for model.vectors_file, the text vectors that a run with
model.features = text left in the dataset's cache beside sines and cosines of the item's place in the catalogue (the
order of the ids: Amazon numbers items as they are listed). Needs numpy."""
import glob
import json
import struct
import sys

import numpy as np

HEADER = 24  # of a dataset's binary part
CACHE_HEADER = 72  # of a kept value: its key's digest and a checksum
CYCLES = np.array([0.5, 1, 2, 4, 8, 16, 32, 64])  # over the whole catalogue

dataset, out = sys.argv[1:]
description = json.load(open(f"{dataset}/dataset.json"))
parts = open(f"{dataset}/items.bin", "rb").read()
place = HEADER


def text():
    global place
    (length,) = struct.unpack_from("<I", parts, place)
    place += 4 + length
    return parts[place - length : place].decode()


for _ in range(description["users"]):
    text()
ids = []
for _ in range(sum(description["items"])):
    ids.append(text())  # title, categories and creator follow
    text(), text(), text()
kept = max(glob.glob(f"{dataset}/cache/text-vectors-*.bin"), key=lambda name: len(open(name, "rb").read()))
vectors = np.fromfile(kept, dtype=np.float32, offset=CACHE_HEADER).reshape(len(ids), -1)
rank = np.empty(len(ids))
rank[np.argsort(np.array(ids))] = np.arange(len(ids)) / len(ids)
angle = 2 * np.pi * rank[:, None] * CYCLES
catalogue = np.concatenate([np.cos(angle), np.sin(angle)], 1) / np.sqrt(len(CYCLES))
with open(out, "w") as file:
    for name, row in zip(ids, np.concatenate([vectors, catalogue], 1)):
        file.write(name + "," + ",".join(f"{x:.5g}" for x in row) + "\n")
