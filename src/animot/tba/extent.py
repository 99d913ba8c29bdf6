"""How far what a tracker draws can be seen: boxes that fit. A departure.

A patch has a margin wherever that costs little, and what lies in it may stand off its middle. With
`box_edge` a reported box ends where what is drawn stops to differ from the background. How much
of the patch that is, each tracker learns while its object stands free: of an object that is
partly hidden it may draw a part.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

# What was seen in this many frames, the new one among them, counts alike; older frames less.
FRAMES = 10


@dataclass(frozen=True, kw_only=True, eq=False)
class Extent:
    """Which part of its patch each tracker's object fills.

    Attributes
    ----------
    part : xyxy, 0 to 1 from end to end of the patch.
    frames : in which it was seen so, up to `FRAMES`.
    """

    part: Float[np.ndarray, "I 4"]
    frames: Float[np.ndarray, " I"]

    @classmethod
    def start(cls, num_trackers: int) -> "Extent":
        """Nothing is known: objects fill their patches."""
        part = np.tile(np.array([0.0, 0.0, 1.0, 1.0]), (num_trackers, 1))
        return cls(part=part, frames=np.zeros(num_trackers))

    def of(self, box: Float[np.ndarray, "I 4"]) -> Float[np.ndarray, "I 4"]:
        """Boxes of the objects, from those of the patches."""
        corner, size = box[:, :2], box[:, 2:] - box[:, :2]
        return np.tile(corner, 2) + self.part * np.tile(size, 2)

    def see(
        self,
        rows: Int[np.ndarray, " N"],
        part: Float[np.ndarray, "N 4"],
        *,
        new: Bool[np.ndarray, " I"],
        free: Bool[np.ndarray, " I"],
    ) -> "Extent":
        """What is known after a frame.

        Parameters
        ----------
        rows, part : trackers that hold something, and what is seen of it.
        new : trackers that hold it for the first time.
        free : trackers whose objects no other one is near; of others, only the first sight counts.
        """
        frames = np.where(new, 0.0, self.frames)
        counts = (free | (frames == 0))[rows]
        rows, part = rows[counts], part[counts]
        frames[rows] = np.minimum(frames[rows] + 1, FRAMES)
        after = self.part.copy()
        after[rows] += (part - after[rows]) / frames[rows, None]
        return Extent(part=after, frames=frames)


def stands_free(
    box: Float[np.ndarray, "I 4"], there: Bool[np.ndarray, " I"]
) -> Bool[np.ndarray, " I"]:
    """Whether the box of no other tracker that is there touches a tracker's box."""
    apart = (box[:, None, :2] >= box[None, :, 2:]) | (box[None, :, :2] >= box[:, None, 2:])
    touched = np.where(apart.any(axis=2), False, there)
    np.fill_diagonal(touched, val=False)
    return np.logical_not(touched.any(axis=1))


def visible_part(
    box: Float[np.ndarray, "N 4"],
    mask: Float[np.ndarray, "N 1 U V"],
    appearance: Float[np.ndarray, "N D U V"],
    background: Float[np.ndarray, "H W D"],
    edge: float,
) -> Float[np.ndarray, "N 4"]:
    """Part of each patch that what is drawn in it fills, xyxy, 0 to 1 from end to end.

    Parameters
    ----------
    box : of the patches, xyxy in whole frames (0 to 1 is inside).
    mask, appearance : drawn there.
    background : in [0, 1].
    edge : an object ends where its contrast falls below this part of its strongest contrast.
    """
    U, V = mask.shape[2:]
    difference = appearance - _behind(box, background, (U, V))
    contrast = mask[:, 0] * np.abs(difference).max(axis=1)
    parts = []
    for patch in contrast:
        left, right = reach(patch.max(axis=0), edge)
        top, bottom = reach(patch.max(axis=1), edge)
        parts.append((left, top, right, bottom))
    return np.array(parts).reshape(-1, 4)


def reach(profile: Float[np.ndarray, " n"], edge: float) -> tuple[float, float]:
    """Where a row of pixels, 0 to 1 from end to end, first and last has a part of its maximum.

    Values are those of the middles of pixels, and linear between them; 0 outside. A row of zeros
    reaches from end to end.
    """
    n = len(profile)
    values = np.concatenate([[0.0], profile, [0.0]])
    level = edge * values.max()
    if level <= 0:
        return 0.0, 1.0
    above = np.flatnonzero(values >= level)
    first, last = above[0], above[-1]
    low = first - (values[first] - level) / (values[first] - values[first - 1])
    high = last + (values[last] - level) / (values[last] - values[last + 1])
    return max(low - 0.5, 0.0) / n, min(high - 0.5, n) / n


def _behind(
    box: Float[np.ndarray, "N 4"], background: Float[np.ndarray, "H W D"], size: tuple[int, int]
) -> Float[np.ndarray, "N D U V"]:
    """Background behind the middles of the pixels of patches; its border goes on outside."""
    H, W, _ = background.shape
    rows, columns = (
        _middles(box[:, axis], box[:, axis + 2], count, length)
        for axis, count, length in ((1, size[0], H), (0, size[1], W))
    )
    return background[rows[:, :, None], columns[:, None]].transpose(0, 3, 1, 2)


def _middles(
    low: Float[np.ndarray, " N"], high: Float[np.ndarray, " N"], count: int, length: int
) -> Int[np.ndarray, "N count"]:
    places = low[:, None] + (high - low)[:, None] * (np.arange(count) + 0.5) / count
    return np.clip((places * length).astype(np.int64), 0, length - 1)
