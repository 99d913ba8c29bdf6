"""Detections: boxes without identities, what a detector finds in the frames of a sequence."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float, Int

from animot.errors import InputError


@dataclass(frozen=True, kw_only=True, eq=False)
class FrameDetections:
    """What a detector finds in one frame, in any order.

    Attributes
    ----------
    box : xyxy in pixels of the original frame, of positive width and height.
    confidence : in [0, 1].
    embedding : appearance of each object, of any length but zero; None where there is none.
    layer : 0-based depth layer, higher hides lower; None where the detector knows no layers.
    """

    box: Float[np.ndarray, "N 4"]
    confidence: Float[np.ndarray, " N"]
    embedding: Float[np.ndarray, "N E"] | None = None
    layer: Int[np.ndarray, " N"] | None = None

    def __len__(self) -> int:
        return len(self.confidence)


NO_DETECTIONS = FrameDetections(box=np.zeros((0, 4)), confidence=np.zeros(0))


@dataclass(frozen=True, kw_only=True, eq=False)
class Detections:
    """What a detector finds in the frames of one sequence, sorted by frame.

    Attributes
    ----------
    frame : 0-based frame of each box.
    box : xyxy in pixels of the original frame, edges counted from 0; of positive width and height.
    confidence : in [0, 1].
    embedding : appearance of each box, of any length but zero; None where there is none.
    num_frames : frames in the sequence, those without a box included.
    time : seconds of each frame from the start of the sequence, never decreasing; None where it
        is not known.

    Raises
    ------
    InputError : where the columns do not fit each other, or hold what no detector may say.
    """

    frame: Int[np.ndarray, " N"]
    box: Float[np.ndarray, "N 4"]
    confidence: Float[np.ndarray, " N"]
    embedding: Float[np.ndarray, "N E"] | None = None
    num_frames: int
    time: Float[np.ndarray, " T"] | None = None

    def __post_init__(self) -> None:
        """Check the columns and sort by frame."""
        self._check_lengths()
        self._check_frames()
        self._check_numbers()
        order = np.argsort(self.frame, kind="stable")
        for name, column in self._columns().items():
            object.__setattr__(self, name, column[order])

    def __len__(self) -> int:
        return len(self.frame)

    def frames(self) -> list[FrameDetections]:
        """Detections of each frame of the sequence, in order."""
        edges = np.searchsorted(self.frame, np.arange(self.num_frames + 1)).tolist()
        rows = [slice(first, end) for first, end in pairwise(edges)]
        return [
            FrameDetections(
                box=self.box[some],
                confidence=self.confidence[some],
                embedding=None if self.embedding is None else self.embedding[some],
            )
            for some in rows
        ]

    def _columns(self) -> dict[str, np.ndarray]:
        columns = {"frame": self.frame, "box": self.box, "confidence": self.confidence}
        if self.embedding is not None:
            columns["embedding"] = self.embedding
        return columns

    def _check_lengths(self) -> None:
        lengths = {name: len(column) for name, column in self._columns().items()}
        if len(set(lengths.values())) > 1:
            said = ", ".join(f"{count} of {name}" for name, count in lengths.items())
            raise InputError(f"detections have {said}; give one row of each for every box")
        if self.time is not None and len(self.time) != self.num_frames:
            raise InputError(
                f"{len(self.time)} times do not fit {self.num_frames} frames; give each frame one"
            )

    def _check_frames(self) -> None:
        first, last = self.frame.min(initial=0), self.frame.max(initial=-1)
        if first < 0 or last >= self.num_frames:
            raise InputError(
                f"frames {first} to {last} do not lie in a sequence of {self.num_frames} frames; "
                "give num_frames, and count frames from 0"
            )

    def _check_numbers(self) -> None:
        numbers = [*self._columns().values(), *([] if self.time is None else [self.time])]
        if not all(np.isfinite(column).all() for column in numbers):
            raise InputError("a detection has a number that is not finite; leave such boxes out")
        if self.time is not None and (np.diff(self.time) < 0).any():
            raise InputError("the times of the frames run backwards; give them in order")
        if not (self.box[:, 2:] > self.box[:, :2]).all():
            raise InputError("a detection has no area; give xyxy boxes, and leave such boxes out")
        if not ((self.confidence >= 0) & (self.confidence <= 1)).all():
            raise InputError(
                f"confidences from {self.confidence.min():g} to {self.confidence.max():g} do not "
                "lie between 0 and 1; scale them"
            )
