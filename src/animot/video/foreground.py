"""What moves in a video, from its difference to the background: how large, how clear, how many."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Float, Int, UInt8

# Difference to the background, of the strongest channel, that noise and shadows seldom reach.
THRESHOLD = 30
# Blobs smaller than this are noise; larger than this part of the frame, a change of light.
LEAST_AREA = 12
MOST_OF_FRAME = 0.25
# Frames in a hundred that show no more things than are counted as the most at a time.
COUNTED = 95


@dataclass(frozen=True, kw_only=True)
class Typical:
    """What most of the foreground is like.

    Attributes
    ----------
    height, width : in pixels.
    energy : squared difference to the background, summed over pixels and channels of 0..1.
    most : things of that size at a time, groups counted by their area.
    """

    height: float
    width: float
    energy: float
    most: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Blobs:
    """Connected regions of the foreground.

    Attributes
    ----------
    size : height and width of the box around each, in pixels.
    area : pixels of each.
    energy : squared difference to the background, summed over pixels and channels of 0..1.
    frame : in which each was found.
    num_frames : that were looked at.
    """

    size: Int[np.ndarray, "blobs 2"]
    area: Int[np.ndarray, " blobs"]
    energy: Float[np.ndarray, " blobs"]
    frame: Int[np.ndarray, " blobs"]
    num_frames: int

    @property
    def typical(self) -> Typical | None:
        """What most of the foreground is like; None where there is none.

        Blobs weigh by the root of the area around them: an object sheds small fragments, a group
        is one blob.
        """
        if len(self.size) == 0:
            return None
        weights = np.sqrt(self.size.prod(axis=1))
        height, width, area, energy = (
            _weighted_median(values, weights) for values in (*self.size.T, self.area, self.energy)
        )
        things = np.maximum(np.rint(self.area / area), self.area > area / 2)
        per_frame = np.bincount(self.frame, weights=things, minlength=self.num_frames)
        most = int(np.ceil(np.percentile(per_frame, COUNTED)))
        return Typical(height=height, width=width, energy=energy, most=max(most, 1))


def find_blobs(
    frames: UInt8[np.ndarray, "N H W D"], background: UInt8[np.ndarray, "H W D"]
) -> Blobs:
    """Every blob of the foreground in some frames of one camera."""
    found = [_blobs(frame, background) for frame in frames]
    return Blobs(
        size=np.concatenate([np.zeros((0, 2), dtype=np.int64), *(size for size, _, _ in found)]),
        area=np.concatenate([np.zeros(0, dtype=np.int64), *(area for _, area, _ in found)]),
        energy=np.concatenate([np.zeros(0), *(energy for _, _, energy in found)]),
        frame=np.repeat(np.arange(len(found)), [len(area) for _, area, _ in found]),
        num_frames=len(found),
    )


def join(parts: Sequence[Blobs]) -> Blobs:
    """Blobs of several cameras."""
    firsts = np.cumsum([0, *(part.num_frames for part in parts)])
    return Blobs(
        size=np.concatenate([part.size for part in parts]),
        area=np.concatenate([part.area for part in parts]),
        energy=np.concatenate([part.energy for part in parts]),
        frame=np.concatenate([p.frame + f for p, f in zip(parts, firsts[:-1], strict=True)]),
        num_frames=int(firsts[-1]),
    )


def _blobs(
    frame: UInt8[np.ndarray, "H W D"], background: UInt8[np.ndarray, "H W D"]
) -> tuple[Int[np.ndarray, "n 2"], Int[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    """Size, area and energy of the blobs of a frame."""
    difference = cv2.absdiff(np.ascontiguousarray(frame), background).reshape(*frame.shape)
    mask = (difference.max(2) > THRESHOLD).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, label, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    squared = np.square(difference / 255.0).sum(axis=2)
    energy = np.bincount(label.ravel(), weights=squared.ravel(), minlength=count)[1:]
    area = stats[1:, cv2.CC_STAT_AREA].astype(np.int64)
    kept = (area >= LEAST_AREA) & (area <= MOST_OF_FRAME * mask.size)
    size = stats[1:, [cv2.CC_STAT_HEIGHT, cv2.CC_STAT_WIDTH]].astype(np.int64)
    return size[kept], area[kept], energy[kept]


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])
