"""Labelled video: frames of a recording or of made video, and their ground truth."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import UInt8

from animot.data.truth import Truth
from animot.errors import InputError
from animot.tracker import Frame


@runtime_checkable
class FrameSource(Protocol):
    """Frames in order, to be gone through any number of times."""

    @property
    def name(self) -> str:
        """What to call it."""
        ...

    @property
    def width(self) -> int:
        """Of every frame, in pixels."""
        ...

    @property
    def height(self) -> int:
        """Of every frame, in pixels."""
        ...

    @property
    def fps(self) -> float:
        """Frames per second on average."""
        ...

    def frames(
        self, start: int = 0, wanted: Callable[[int], bool] | None = None
    ) -> Iterator[Frame]:
        """Frames from `start` on, those that are wanted; made or read when they are asked for."""
        ...


@runtime_checkable
class Fingerprinted(Protocol):
    """A source that says, without being read, whether its frames are still the same."""

    def fingerprint(self) -> str:
        """Digest of what decides the frames."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelledSequence:
    """Consecutive frames of a source, counted from 0 again, and what is in them.

    Attributes
    ----------
    source : of the frames.
    truth : of these frames; its length is that of the sequence.
    first : index in the source of the first of them.
    """

    source: FrameSource
    truth: Truth
    first: int = 0

    @property
    def name(self) -> str:
        """Of the source."""
        return self.source.name

    @property
    def width(self) -> int:
        """Of every frame, in pixels."""
        return self.source.width

    @property
    def height(self) -> int:
        """Of every frame, in pixels."""
        return self.source.height

    @property
    def fps(self) -> float:
        """Frames per second on average."""
        return self.source.fps

    @property
    def num_frames(self) -> int:
        """How many frames there are."""
        return self.truth.tracks.num_frames

    def fingerprint(self) -> str:
        """Digest of the frames, as far as the source says what decides them, and of the truth."""
        digest = hashlib.sha256()
        if isinstance(self.source, Fingerprinted):
            digest.update(self.source.fingerprint().encode())
        digest.update(f"{self.name} {self.width}x{self.height} {self.first}".encode())
        tracks = self.truth.tracks
        for column in (tracks.frame, tracks.track_id, tracks.box, self.truth.counts):
            digest.update(column.tobytes())
        return digest.hexdigest()

    def part(self, start: int, stop: int) -> "LabelledSequence":
        """Frames start to stop, the latter excluded.

        Raises
        ------
        InputError : where this is no frame, or not all of them are in the sequence.
        """
        if not 0 <= start < stop <= self.num_frames:
            raise InputError(
                f"{self.name}: has {self.num_frames} frames, which frames {start + 1}-{stop} are "
                "no part of; give a range within them"
            )
        truth = self.truth.between(start, stop - 1)
        return replace(self, truth=truth, first=self.first + start)

    def frames(self) -> Iterator[Frame]:
        """Frames in order; indices and times begin at 0.

        Raises
        ------
        InputError : where the source ends too early.
        """
        begin = None
        given = 0
        if self.num_frames:
            for frame in self.source.frames(start=self.first):
                begin = frame.time if begin is None else begin
                yield replace(frame, index=given, time=frame.time - begin)
                given += 1
                if given == self.num_frames:
                    return
        if given < self.num_frames:
            raise InputError(
                f"{self.name}: ends after {self.first + given} frames, but its ground truth goes "
                f"on to frame {self.first + self.num_frames}; give the truth of this video"
            )

    def image(self, index: int) -> UInt8[np.ndarray, "H W 3"]:
        """Pixels of one frame; quick for images and made video, slow for a video file."""
        at = self.first + index
        for frame in self.source.frames(start=at, wanted=lambda other: other == at):
            return frame.image
        raise InputError(f"{self.name}: has no frame {at + 1}; give the truth of this video")


def split_at(sequence: LabelledSequence, frame: int) -> tuple[LabelledSequence, LabelledSequence]:
    """Frames before the one of this index, and the others.

    Raises
    ------
    InputError : where there are no frames on one side.
    """
    if not 0 < frame < sequence.num_frames:
        raise InputError(
            f"{sequence.name}: has {sequence.num_frames} frames, which cannot be cut after frame "
            f"{frame}; give a longer sequence"
        )
    return sequence.part(0, frame), sequence.part(frame, sequence.num_frames)
