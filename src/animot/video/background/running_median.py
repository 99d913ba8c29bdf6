"""Approximate median: a picture that follows what is seen by so many levels a second at most.

McFarlane and Schofield (1995), "Segmentation and tracking of piglets in images": a pixel that is
brighter than the background raises it by one grey level, a darker one lowers it. Steps are taken
so many times a second here, so that frame rates do not matter.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, UInt8

LEVELS_PER_SECOND = 1.0
"""Of the background that trackers see: what contrasts by 60 levels is absorbed in a minute."""
# Time stamps are rounded; a step that is early by less than this is in time.
ROUNDING_SECONDS = 1e-3


@dataclass(frozen=True, kw_only=True, eq=False)
class MedianPicture:
    """The picture after some frame.

    Attributes
    ----------
    picture : grey levels.
    time : seconds, of the frame with the last step, or of the first frame; None before it.
    """

    picture: UInt8[np.ndarray, "H W D"]
    time: float | None = None

    def follow(
        self,
        image: UInt8[np.ndarray, "H W D"],
        time: float,
        held: Bool[np.ndarray, "H W"] | None = None,
        rate: float = LEVELS_PER_SECOND,
    ) -> "MedianPicture":
        """After one more frame: this very picture, or that after one step.

        A long pause is worth one step too, as nobody knows what was there.
        """
        if self.time is None:
            return replace(self, time=time)
        if time - self.time < 1 / rate - ROUNDING_SECONDS:
            return self
        return replace(self, picture=approach(self.picture, image, held), time=time)


def approach(
    picture: UInt8[np.ndarray, "H W D"],
    image: UInt8[np.ndarray, "H W D"],
    held: Bool[np.ndarray, "H W"] | None = None,
) -> UInt8[np.ndarray, "H W D"]:
    """The picture one grey level closer to the image, except where it is held."""
    closer = picture + (image > picture) - (image < picture)
    if held is not None:
        closer[held] = picture[held]
    return closer


class RunningMedian:
    """See `BackgroundModel`.

    Parameters
    ----------
    rate : grey levels per second.
    """

    def __init__(self, rate: float = LEVELS_PER_SECOND) -> None:
        self.rate = rate

    def start(self, image: UInt8[np.ndarray, "H W D"], time: float) -> None:
        """See `BackgroundModel`."""
        self._median = MedianPicture(picture=image, time=time)

    def update(
        self,
        image: UInt8[np.ndarray, "H W D"],
        time: float,
        held: Bool[np.ndarray, "H W"] | None = None,
    ) -> UInt8[np.ndarray, "H W D"]:
        """See `BackgroundModel`."""
        self._median = self._median.follow(image, time, held, self.rate)
        return self._median.picture
