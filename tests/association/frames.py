"""Frames of detections for tests of association: short ways to say and to run them."""

import numpy as np

from animot.association.associator import Associator
from animot.association.config import AssociationConfig
from animot.detections import FrameDetections

CONFIG = AssociationConfig()


def box(x, y=100.0, width=40.0, height=100.0):
    """Box around a centre."""
    return [x - width / 2, y - height / 2, x + width / 2, y + height / 2]


def frame(*boxes, confidence=0.95, embedding=None):
    confidences = np.broadcast_to(np.array(confidence, dtype=float), len(boxes)).copy()
    return FrameDetections(
        box=np.array(boxes, dtype=float).reshape(-1, 4),
        confidence=confidences,
        embedding=None if embedding is None else np.array(embedding, dtype=float),
    )


def run(frames, times=None, config=CONFIG, embedding_size=0):
    """Reported tracks of each frame: {identity: centre x, rounded}."""
    associator = Associator(config, embedding_size=embedding_size)
    state, seen = associator.start(), []
    for n, detections in enumerate(frames):
        time = n / 25 if times is None else times[n]
        state, objects = associator.step(state, detections, time)
        centres = (objects.box[:, 0] + objects.box[:, 2]) / 2
        seen.append(dict(zip(objects.track_id.tolist(), np.rint(centres).tolist(), strict=True)))
    return seen
