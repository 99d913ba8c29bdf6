"""What tracking sees frames against: a background that takes up what stays. A departure.

With `living_background` the empty scene that was learned goes on changing as the scene does:
slowly, and never where a tracker holds something or waits for it, so that what stands still
for hours is not forgotten while it is tracked.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, UInt8
from torch import Tensor

from animot.tba.config import TBAConfig
from animot.tba.pixels import to_tensor
from animot.video.background.running_median import MedianPicture

# Boxes are widened by this part of a cell on each side, as they seldom end where objects do.
MARGIN_CELLS = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Backdrop:
    """The background after some frame, and what models want of it, made once for each picture."""

    median: MedianPicture

    @property
    def picture(self) -> UInt8[np.ndarray, "H W D"]:
        """Grey levels."""
        return self.median.picture

    @cached_property
    def tensor(self) -> Float[Tensor, "1 D H W"]:
        """In [0, 1], channel first."""
        return to_tensor(self.picture[None])

    @cached_property
    def behind(self) -> Float[np.ndarray, "H W D"]:
        """In [0, 1]."""
        return self.picture.astype(np.float32) / 255

    def follow(
        self, image: UInt8[np.ndarray, "H W D"], time: float, covered: Bool[np.ndarray, "H W"]
    ) -> "Backdrop":
        """After one more frame, in the light of the background: mostly this very backdrop.

        Parameters
        ----------
        time : seconds.
        covered : pixels from which nothing is learned.
        """
        after = self.median.follow(image, time, covered)
        return self if after is self.median else Backdrop(median=after)


def covered_pixels(boxes: Float[np.ndarray, "N 4"], config: TBAConfig) -> Bool[np.ndarray, "H W"]:
    """Pixels of a working frame under boxes, each widened by half a cell on all sides.

    Parameters
    ----------
    boxes : xyxy in whole frames (0 to 1 is inside).
    """
    H, W = config.frame_size
    M, N = config.map_size
    margin = MARGIN_CELLS * np.array([1 / N, 1 / M])
    low = np.floor((boxes[:, :2] - margin) * [W, H]).astype(int).clip(0).tolist()
    high = np.ceil((boxes[:, 2:] + margin) * [W, H]).astype(int).clip(0).tolist()
    covered = np.zeros((H, W), dtype=bool)
    for (left, top), (right, bottom) in zip(low, high, strict=True):
        covered[top:bottom, left:right] = True
    return covered
