"""What moves in a video: how large it is, how clear, and how many there are at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

from animot.video.foreground import foreground

# Blobs larger than this part of the frame are a change of light.
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
    """Connected regions of the foreground; groups in equal parts, see `things_in`.

    Attributes
    ----------
    size : height and width of the box around each, in pixels.
    area : pixels of each.
    energy : squared difference to the background, summed over pixels and channels of 0..1.
    frame : in which each was found.
    num_frames : that were looked at.
    """

    size: Float[np.ndarray, "blobs 2"]
    area: Float[np.ndarray, " blobs"]
    energy: Float[np.ndarray, " blobs"]
    frame: Int[np.ndarray, " blobs"]
    num_frames: int

    @property
    def typical(self) -> Typical | None:
        """What most of the foreground is like; None where there is none.

        Blobs weigh by the root of the area around them: an object sheds small fragments, and
        some groups are one blob.
        """
        if len(self.size) == 0:
            return None
        weights = np.sqrt(self.size.prod(axis=1))
        height, width, area, energy = (
            _weighted_median(values, weights) for values in (*self.size.T, self.area, self.energy)
        )
        things = np.maximum(np.rint(self.area / area), self.area > area / 2)
        per_frame = np.bincount(self.frame, weights=things, minlength=self.num_frames)
        most = int(np.percentile(per_frame, COUNTED, method="inverted_cdf"))
        return Typical(height=height, width=width, energy=energy, most=max(most, 1))


def find_blobs(
    frames: UInt8[np.ndarray, "N H W D"], background: UInt8[np.ndarray, "H W D"]
) -> Blobs:
    """Every blob of the foreground in some frames of one camera, in its light."""
    found = [
        (*blob, number) for number, frame in enumerate(frames) for blob in _blobs(frame, background)
    ]
    table = np.array(found, dtype=np.float64).reshape(-1, 5)
    return Blobs(
        size=table[:, :2],
        area=table[:, 2],
        energy=table[:, 3],
        frame=table[:, 4].astype(np.int64),
        num_frames=len(frames),
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


def things_in(blob: Bool[np.ndarray, "h w"]) -> tuple[int, int]:
    """How many things a blob is made of, one above the other and side by side.

    Things that touch do not touch all along: most rows of two people side by side are two
    stretches of pixels.

    Parameters
    ----------
    blob : pixels in the box around it, at least one in each row and column.
    """
    above, beside = (round(float(np.median(_stretches(lines)))) for lines in (blob.T, blob))
    return above, beside


def _stretches(lines: Bool[np.ndarray, "n length"]) -> Int[np.ndarray, " n"]:
    """Stretches of pixels in each line."""
    begins = np.diff(lines, axis=1, prepend=False) & lines
    return np.asarray(begins.sum(axis=1), dtype=np.int64)


def _blobs(
    frame: UInt8[np.ndarray, "H W D"], background: UInt8[np.ndarray, "H W D"]
) -> list[tuple[float, float, float, float]]:
    """Height, width, area and energy of each blob of a frame, or of each part of a group."""
    mask = foreground(frame, background)
    count, label, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    difference = cv2.absdiff(frame, background).reshape(frame.shape)
    squared = np.square(difference / 255.0).sum(axis=2)
    energies = np.bincount(label.ravel(), weights=squared.ravel(), minlength=count)
    found = []
    for number in range(1, count):
        left, top, width, height, area = stats[number].tolist()
        if area > MOST_OF_FRAME * mask.size:
            continue
        above, beside = things_in(label[top : top + height, left : left + width] == number)
        things = above * beside
        part = (height / above, width / beside, area / things, float(energies[number]) / things)
        found += [part] * things
    return found


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])
