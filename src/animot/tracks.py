"""Tracks: the one result type, and the type of ground truth."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from animot.errors import InputError


@dataclass(frozen=True, kw_only=True, eq=False)
class FrameTracks:
    """The objects that a tracker reports in one frame.

    Attributes
    ----------
    track_id : identity of each object, at least 1.
    box : xyxy in pixels of the original frame.
    confidence : in [0, 1].
    layer : 0-based depth layer, higher hides lower; None where the tracker knows no layers.
    mask : pixels in which each object is seen, of the frame in any smaller size; nothing of an
        object out of sight. None where the tracker makes no masks.
    detection : which detection of the frame each object is, -1 where it is not seen; None where
        the tracker gets no detections.
    """

    track_id: Int[np.ndarray, " N"]
    box: Float[np.ndarray, "N 4"]
    confidence: Float[np.ndarray, " N"]
    layer: Int[np.ndarray, " N"] | None = None
    mask: Bool[np.ndarray, "N h w"] | None = None
    detection: Int[np.ndarray, " N"] | None = None

    def __len__(self) -> int:
        return len(self.track_id)

    def without_masks(self) -> "FrameTracks":
        """The same, small enough to be kept for all frames."""
        return self if self.mask is None else replace(self, mask=None)


@dataclass(frozen=True, kw_only=True, eq=False)
class Tracks:
    """Boxes with identities over the frames of one sequence, sorted by frame, then identity.

    Attributes
    ----------
    frame : 0-based frame of each box.
    track_id : identity of each box; unique within a frame.
    box : xyxy in pixels of the original frame, edges counted from 0.
    confidence : in [0, 1].
    layer : 0-based depth layer of each box, or None where it is not known.
    num_frames : frames in the sequence, those without a box included.
    time : seconds of each frame from the start of the sequence, or None where it is not known; nan
        for frames before the first one that was tracked.
    """

    frame: Int[np.ndarray, " N"]
    track_id: Int[np.ndarray, " N"]
    box: Float[np.ndarray, "N 4"]
    confidence: Float[np.ndarray, " N"]
    layer: Int[np.ndarray, " N"] | None = None
    num_frames: int
    time: Float[np.ndarray, " T"] | None = None

    def __post_init__(self) -> None:
        """Sort by (frame, track_id) and refuse what no tracker may say."""
        order = np.lexsort((self.track_id, self.frame))
        for column in self._columns():
            object.__setattr__(self, column, getattr(self, column)[order])
        if len(self.frame) and not 0 <= self.frame[0] <= self.frame[-1] < self.num_frames:
            raise InputError(
                f"frames {self.frame[0]} to {self.frame[-1]} do not lie in a sequence of "
                f"{self.num_frames} frames; give num_frames, and count frames from 0"
            )
        again = (np.diff(self.frame) == 0) & (np.diff(self.track_id) == 0)
        if again.any():
            first = int(np.flatnonzero(again)[0])
            raise InputError(
                f"identity {self.track_id[first]} has two boxes in frame {self.frame[first]}; "
                "an identity may have one box a frame"
            )
        if not np.isfinite(self.box).all():
            raise InputError("a box has a coordinate that is not finite; leave such boxes out")

    def _columns(self) -> list[str]:
        names = [
            column.name for column in fields(self) if column.name not in {"num_frames", "time"}
        ]
        return [name for name in names if getattr(self, name) is not None]

    def __len__(self) -> int:
        return len(self.frame)

    def between(self, first: int, last: int) -> "Tracks":
        """Tracks of the 0-based frames first to last, both included, counted from 0 again."""
        if not 0 <= first <= last:
            raise InputError(f"frames {first} to {last} are no range; give first <= last")
        kept = (self.frame >= first) & (self.frame <= last)
        columns = {column: getattr(self, column)[kept] for column in self._columns()}
        columns["frame"] = columns["frame"] - first
        time = None if self.time is None else self.time[first : last + 1]
        num_frames = min(self.num_frames, last + 1) - first
        return Tracks(**columns, num_frames=max(num_frames, 0), time=time)


def stack(
    frames: Iterable[FrameTracks], times: Iterable[float] | None = None, *, first: int = 0
) -> Tracks:
    """Tracks of consecutive frames.

    Parameters
    ----------
    frames : the objects of each.
    times : seconds of each, or None.
    first : index of the first of them; frames before it hold nothing, at a time not known (nan).
    """
    frames = list(frames)
    layers = [objects.layer for objects in frames if objects.layer is not None]
    counts = [len(objects) for objects in frames]
    return Tracks(
        frame=first + np.repeat(np.arange(len(frames)), counts),
        track_id=np.concatenate(
            [np.zeros(0, dtype=np.int64), *(objects.track_id for objects in frames)]
        ),
        box=np.concatenate([np.zeros((0, 4)), *(objects.box for objects in frames)]),
        confidence=np.concatenate([np.zeros(0), *(objects.confidence for objects in frames)]),
        layer=np.concatenate(layers) if layers and len(layers) == len(frames) else None,
        num_frames=first + len(frames),
        time=None if times is None else np.array([np.nan] * first + list(times), dtype=np.float64),
    )
