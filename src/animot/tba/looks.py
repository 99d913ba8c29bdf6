"""Colours by which association tells objects apart that overlap. Ours.

An object's looks are the mean colours of four stripes, one below the other, down the middle of its
box. Most objects of a scene have much in common, so what counts is the difference to the mean of
all that have been seen so far.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, UInt8

STRIPES = 4
# Where pixels are looked at, as parts of the box: three rows in each stripe from top to bottom, and
# three columns in the middle of its width.
ROWS = 0.1 + 0.8 * (np.arange(3 * STRIPES) + 0.5) / (3 * STRIPES)
COLUMNS = 0.3 + 0.4 * (np.arange(3) + 0.5) / 3


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
        return cls(total=np.zeros(STRIPES * channels), count=0)

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
    height, width, channels = image.shape
    x0, y0, x1, y1 = boxes.T
    rows = _pixels(y0[:, None] + (y1 - y0)[:, None] * ROWS, height)
    columns = _pixels(x0[:, None] + (x1 - x0)[:, None] * COLUMNS, width)
    seen = image[rows[:, :, None], columns[:, None]].astype(np.float64)
    return (
        seen.reshape(len(boxes), STRIPES, 9, channels)
        .mean(axis=2)
        .reshape(len(boxes), STRIPES * channels)
    )


def _pixels(places: Float[np.ndarray, "N n"], length: int) -> Int[np.ndarray, "N n"]:
    """The pixels in which places lie, given as parts of the frame."""
    return np.clip((places * length).astype(np.int64), 0, length - 1)
