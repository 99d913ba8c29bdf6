"""The matching cascade: what one stage leaves over, the next one may match."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int

from animot.association.assignment import assign

UNMATCHED = -1
Gain = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Gain "R C" of the pairs of some tracks (rows, " R") with some detections (rows, " C")."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Stage:
    """One assignment.

    Attributes
    ----------
    tracks : which of the tracks take part, if still unmatched.
    detections : which of the detections do.
    gain : of their pairs.
    """

    tracks: Bool[np.ndarray, " T"]
    detections: Bool[np.ndarray, " N"]
    gain: Gain


def match(stages: Iterable[Stage], num_tracks: int, num_detections: int) -> Int[np.ndarray, " T"]:
    """Detection of each track, or UNMATCHED; each stage works on what those before it left."""
    detection_of = np.full(num_tracks, UNMATCHED)
    free = np.ones(num_detections, dtype=bool)
    for stage in stages:
        (detections,) = (stage.detections & free).nonzero()
        if not len(detections):
            continue
        (tracks,) = (stage.tracks & (detection_of == UNMATCHED)).nonzero()
        if len(tracks):
            rows, columns = assign(stage.gain(tracks, detections))
            matched = detections[columns]
            detection_of[tracks[rows]] = matched
            free[matched] = False
    return detection_of
