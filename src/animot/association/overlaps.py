"""By how much boxes of a frame lie in each other."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from animot.boxes import area, intersection, share


@dataclass(frozen=True, kw_only=True, eq=False)
class Overlaps:
    """Of the tracks' predicted boxes with the sightings, and of these with each other.

    Attributes
    ----------
    iou : intersection over union of every track with every sighting.
    covered : part of each sighting (row) that each other one covers; 0 by itself.
    """

    iou: Float[np.ndarray, "T N"]
    covered: Float[np.ndarray, "N N"]


def overlaps(tracks: Float[np.ndarray, "T 4"], sightings: Float[np.ndarray, "N 4"]) -> Overlaps:
    """Overlaps of xyxy boxes, all at once, as NumPy takes longer to begin than to do it."""
    every, num_tracks = np.concatenate([tracks, sightings]), len(tracks)
    shared, size = intersection(every, sightings), area(every)
    mine, others = shared[:num_tracks], shared[num_tracks:]
    union = size[:num_tracks, None] + size[num_tracks:] - mine
    covered = share(others, size[num_tracks:, None])
    covered.flat[:: len(sightings) + 1] = 0.0  # the diagonal
    return Overlaps(iou=share(mine, union), covered=covered)
