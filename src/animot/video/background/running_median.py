"""Approximate median that follows what is seen, never faster than so many levels a second.

McFarlane and Schofield (1995), "Segmentation and tracking of piglets in images": a pixel that is
brighter than the background raises it by a step, a darker one lowers it. Steps are of a length
in time here, so that frame rates do not matter.
"""

import numpy as np
from jaxtyping import Bool, Float, UInt8

LEVELS_PER_SECOND = 1.0
"""Of the background that trackers see: what contrasts by 60 levels is absorbed in a minute."""
# A longer pause between frames counts as this many seconds: nobody knows what was there.
LONGEST_STEP = 1.0


def approach(
    picture: Float[np.ndarray, "H W D"],
    image: UInt8[np.ndarray, "H W D"],
    seconds: float,
    held: Bool[np.ndarray, "H W"] | None = None,
    rate: float = LEVELS_PER_SECOND,
) -> Float[np.ndarray, "H W D"]:
    """Picture after it has followed the image for so many seconds, except where it is held."""
    most = rate * min(seconds, LONGEST_STEP)
    step = np.clip(image - picture, -most, most)
    if held is not None:
        step[held] = 0
    return picture + step


class RunningMedian:
    """See `BackgroundModel`.

    Parameters
    ----------
    rate : grey levels per second.
    """

    def __init__(self, rate: float = LEVELS_PER_SECOND) -> None:
        self.rate = rate
        self._picture = np.zeros((0, 0, 0), dtype=np.float32)
        self._time = 0.0

    def start(self, image: UInt8[np.ndarray, "H W D"], time: float) -> None:
        """See `BackgroundModel`."""
        self._picture, self._time = image.astype(np.float32), time

    def update(
        self,
        image: UInt8[np.ndarray, "H W D"],
        time: float,
        held: Bool[np.ndarray, "H W"] | None = None,
    ) -> UInt8[np.ndarray, "H W D"]:
        """See `BackgroundModel`."""
        seconds, self._time = time - self._time, time
        self._picture = approach(self._picture, image, seconds, held, self.rate)
        return np.rint(self._picture).astype(np.uint8)
