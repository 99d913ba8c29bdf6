"""Pairs of frames with bright rectangles that walk, made without the crowd."""

import numpy as np
import torch

from animot.atttrack.pairs import KeyTracks, PairBatch
from animot.atttrack.targets import Objects, make_targets

WIDTH, HEIGHT = 96, 64
IDENTITIES = 5
COLOURS = [(255, 40, 40), (40, 255, 40), (40, 40, 255), (255, 255, 40), (255, 40, 255)]


def draw(boxes, identities):
    image = np.full((HEIGHT, WIDTH, 3), 90, dtype=np.uint8)
    for box, identity in zip(np.rint(boxes).astype(int), identities, strict=True):
        image[max(box[1], 0) : box[3], max(box[0], 0) : box[2]] = COLOURS[identity]
    return torch.from_numpy(image).permute(2, 0, 1)


class Rectangles:
    """As `PairSource`: two rectangles in each frame; a batch is a function of (seed, step)."""

    def __init__(self, rows=3, seed=0):
        self.rows, self.seed = rows, seed

    def batch(self, step):
        random = np.random.default_rng([self.seed, step])
        gap = random.integers(1, 4, self.rows)
        identity = np.stack([random.permutation(IDENTITIES)[:2] for _ in range(self.rows)])
        corner = random.uniform((10, 4), (60, 30), (self.rows, 2, 2))
        box = np.concatenate([corner, corner + np.array([14, 26])], axis=-1)
        velocity = random.uniform(-4, 4, (self.rows, 2, 2))
        after = box + np.tile(gap[:, None, None] * velocity, 2)
        objects = [Objects(box=b, identity=i) for b, i in zip(after, identity, strict=True)]
        return PairBatch(
            images_key=torch.stack([draw(*x) for x in zip(box, identity, strict=True)]),
            images=torch.stack([draw(*x) for x in zip(after, identity, strict=True)]),
            targets=make_targets(objects, (WIDTH, HEIGHT)),
            tracks=KeyTracks(
                box=torch.from_numpy(box).float(),
                velocity=torch.from_numpy(velocity).float(),
                identity=torch.from_numpy(identity),
                present=torch.ones(self.rows, 2, dtype=torch.bool),
            ),
            gap=torch.from_numpy(gap),
        )
