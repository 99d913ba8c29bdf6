"""What tracking sees frames against: a background that takes up what stays. A departure.

With `living_background` the empty scene that was learned goes on changing as the scene does:
slowly, and never where a tracker holds something or waits for it, so that what stands still
for hours is not forgotten while it is tracked.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, UInt8

from animot.tba.config import TBAConfig
from animot.video.background.running_median import approach

# Boxes are widened by this part of a cell on each side, as they seldom end where objects do.
MARGIN_CELLS = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Backdrop:
    """The background after some frame, with what trackers covered then.

    Attributes
    ----------
    picture : grey levels, 0 to 255.
    covered : pixels that trackers hold or wait for.
    time : seconds, of the frame; None before the first.
    """

    picture: Float[np.ndarray, "H W D"]
    covered: Bool[np.ndarray, "H W"]
    time: float | None

    @classmethod
    def start(cls, background: UInt8[np.ndarray, "H W D"]) -> "Backdrop":
        """Before the first frame."""
        return cls(
            picture=background.astype(np.float32),
            covered=np.zeros(background.shape[:2], dtype=bool),
            time=None,
        )

    def as_image(self) -> UInt8[np.ndarray, "H W D"]:
        """The picture in whole grey levels."""
        return np.rint(self.picture).astype(np.uint8)

    def follow(
        self,
        image: UInt8[np.ndarray, "H W D"],
        time: float,
        covered: Bool[np.ndarray, "H W"],
    ) -> "Backdrop":
        """After one more frame, in the light of the background."""
        seconds = 0.0 if self.time is None else max(time - self.time, 0.0)
        picture = approach(self.picture, image, seconds, covered)
        return Backdrop(picture=picture, covered=covered, time=time)


def covered_pixels(boxes: Float[np.ndarray, "N 4"], config: TBAConfig) -> Bool[np.ndarray, "H W"]:
    """Pixels of a working frame under boxes, each widened by half a cell on all sides.

    Parameters
    ----------
    boxes : xyxy in whole frames (0 to 1 is inside).
    """
    H, W = config.frame_size
    M, N = config.map_size
    margin = MARGIN_CELLS * np.array([1 / N, 1 / M])
    low = np.floor((boxes[:, :2] - margin) * [W, H]).astype(int).clip(0)
    high = np.ceil((boxes[:, 2:] + margin) * [W, H]).astype(int).clip(0)
    covered = np.zeros((H, W), dtype=bool)
    for (left, top), (right, bottom) in zip(low, high, strict=True):
        covered[top:bottom, left:right] = True
    return covered
