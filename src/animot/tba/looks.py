"""Colours by which association tells objects apart that overlap. Ours.

An object's looks are the mean colours of four stripes, one below the other, down the middle of its
box. Most objects of a scene have much in common, so what counts is the difference to the mean of
all that have been seen so far.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float, UInt8

# Parts of a box: stripes from top to bottom, and the middle of its width.
ROWS = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
COLUMNS = (0.3, 0.7)


@dataclass(frozen=True, kw_only=True, eq=False)
class Looks:
    """What objects have looked like so far.

    Attributes
    ----------
    total : sum of the colours of all objects that were seen.
    count : of them.
    """

    total: Float[np.ndarray, " E"]
    count: int

    @classmethod
    def start(cls, channels: int) -> "Looks":
        """Nothing has been seen."""
        return cls(total=np.zeros((len(ROWS) - 1) * channels), count=0)

    def see(self, colours: Float[np.ndarray, "N E"]) -> tuple["Looks", Float[np.ndarray, "N E"]]:
        """What is known after these objects, and how they differ from the mean."""
        after = Looks(total=self.total + colours.sum(axis=0), count=self.count + len(colours))
        return after, colours - after.total / max(after.count, 1)


def colours_of(
    image: UInt8[np.ndarray, "H W D"], boxes: Float[np.ndarray, "N 4"]
) -> Float[np.ndarray, "N E"]:
    """Mean colours of the stripes of each box, in 0..255, one stripe after the other.

    Parameters
    ----------
    image : in working size.
    boxes : xyxy in units of the frame's width and height; what lies outside is taken from the
        border.
    """
    height, width = image.shape[:2]
    x0, y0, x1, y1 = boxes.T
    rows = (y0[:, None] + (y1 - y0)[:, None] * ROWS) * height
    left, right = ((x0 + (x1 - x0) * part) * width for part in COLUMNS)
    stripes = [
        image[_span(top, bottom, height), _span(a, b, width)].mean(axis=(0, 1))
        for edges, a, b in zip(rows.tolist(), left.tolist(), right.tolist(), strict=True)
        for top, bottom in pairwise(edges)
    ]
    return np.array(stripes, dtype=np.float64).reshape(len(boxes), (len(ROWS) - 1) * image.shape[2])


def _span(first: float, last: float, length: int) -> slice:
    """The pixels between two places, at least one."""
    start = min(max(round(first), 0), length - 1)
    return slice(start, min(max(round(last), start + 1), length))
