"""Sizes that objects should have where they stand, learned while tracking. Ours.

In the view of a fixed camera objects of one kind are the taller the nearer they stand, and height
is close to a linear function of where the foot of a box lies. Where boxes agree on it, a box that
is much too low shows an object whose upper part something hides: its foot is kept and its height
becomes the expected one. Widths, which limbs and neighbours change at random, are drawn towards
the proportion that most boxes have.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

# Boxes before the line is believed, and the largest deviations, as parts of the mean, at which
# heights and proportions are those of one kind of thing.
LEAST_COUNT = 100.0
MOST_DEVIATION = 0.25
# A box lower than this part of the expected height is partly hidden.
HIDDEN_BELOW = 0.92
# How much of the way the width goes towards the usual proportion.
WIDTH_DRAWN = 0.3
# Farther from the line than this many standard deviations a box says nothing of it.
OUTLIER = 2.5
# Boxes nearer to the border than this, in parts of the frame, may be cut off.
BORDER = 0.01


@dataclass(frozen=True, kw_only=True, eq=False)
class Perspective:
    """Sums over the boxes seen so far, in units of the frame's width and height.

    Attributes
    ----------
    sums : of 1, foot, foot^2, height, foot * height, height^2, and of the logarithm of width over
        height and its square.
    """

    sums: Float[np.ndarray, " 8"]

    @classmethod
    def start(cls) -> "Perspective":
        """Nothing has been seen."""
        return cls(sums=np.zeros(8))

    @property
    def is_known(self) -> bool:
        """Whether enough boxes were seen, and they agree."""
        if self.sums[0] < LEAST_COUNT:
            return False
        _, _, deviation = self._line()
        _, spread = self._proportion()
        mean = self.sums[3] / self.sums[0]
        return bool(deviation < MOST_DEVIATION * mean and spread < MOST_DEVIATION)

    def see(self, boxes: Float[np.ndarray, "N 4"]) -> "Perspective":
        """What is known after these boxes of objects in full sight."""
        boxes = boxes[_inside(boxes)]
        foot, width, height = boxes[:, 3], boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
        if self.sums[0] >= LEAST_COUNT:
            *_, deviation = self._line()
            usual = np.abs(height - self.expected(foot)) <= OUTLIER * deviation
            foot, width, height = foot[usual], width[usual], height[usual]
        if not len(foot):
            return self
        ratio = np.log(width / height)
        terms = [foot**0, foot, foot**2, height, foot * height, height**2, ratio, ratio**2]
        return Perspective(sums=self.sums + np.sum(terms, axis=1))

    def expected(self, foot: Float[np.ndarray, " N"]) -> Float[np.ndarray, " N"]:
        """Height of an object whose foot is there, never far from those that were seen."""
        at_zero, slope, _ = self._line()
        mean = self.sums[3] / self.sums[0]
        return np.clip(at_zero + slope * foot, mean / 3, mean * 3)

    def fit(self, boxes: Float[np.ndarray, "N 4"]) -> Float[np.ndarray, "N 4"]:
        """The boxes with the sizes that they should have; as they are while nothing is known."""
        if not len(boxes) or not self.is_known:
            return boxes
        x0, y0, x1, foot = boxes.T
        height, expected = foot - y0, self.expected(foot)
        height = np.where(height < HIDDEN_BELOW * expected, expected, height)
        proportion, _ = self._proportion()
        width = x1 - x0 + WIDTH_DRAWN * (np.exp(proportion) * height - (x1 - x0))
        middle = (x0 + x1) / 2
        fitted = np.stack([middle - width / 2, foot - height, middle + width / 2, foot], axis=1)
        return np.where(_inside(boxes)[:, None], fitted, boxes)

    def _line(self) -> tuple[float, float, float]:
        """Height where the foot is 0, its slope, and the standard deviation from the line."""
        n, foot, foot2, height, both, height2 = self.sums[:6].tolist()
        foot, height = foot / n, height / n
        variance = max(foot2 / n - foot**2, 0.0)
        covariance = both / n - foot * height
        # A hundredth of the frame's height: rows of boxes side by side say nothing of a slope.
        slope = covariance / (variance + 1e-4)
        deviation = max(height2 / n - height**2 - slope * covariance, 0.0) ** 0.5
        return height - slope * foot, slope, deviation

    def _proportion(self) -> tuple[float, float]:
        """Mean logarithm of width over height, and its standard deviation."""
        n, ratio, ratio2 = self.sums[[0, 6, 7]].tolist()
        return ratio / n, max(ratio2 / n - (ratio / n) ** 2, 0.0) ** 0.5


def _inside(boxes: Float[np.ndarray, "N 4"]) -> Bool[np.ndarray, " N"]:
    """Boxes that the border of the frame does not cut."""
    inside: np.ndarray = (boxes.min(axis=1) > BORDER) & (boxes.max(axis=1) < 1 - BORDER)
    return inside
