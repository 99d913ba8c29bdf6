"""Made videos with exact ground truth: frames and boxes out of a seed, in any order."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

from animot.data.motion import Arena, Slot
from animot.errors import InputError
from animot.tracks import Tracks

MOST_OBJECTS = 1000
MOST_SLOTS_KEPT = 8192  # bounds the memory of a run that asks for ever new streams


@dataclass(frozen=True, kw_only=True, eq=False)
class ClipTruth:
    """Objects of B streams in T frames, one of O slots each; rows of empty slots are 0.

    Attributes
    ----------
    present : whether the slot shows an object.
    track_id : identity, at least 1, never used again in the stream.
    box : xyxy of the whole patch canvas in pixels, edges counted from 0, not cut at the border.
    """

    present: Bool[np.ndarray, "B T O"]
    track_id: Int[np.ndarray, "B T O"]
    box: Float[np.ndarray, "B T O 4"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Clip:
    """Consecutive frames of several streams.

    Attributes
    ----------
    frames : pixels in 0..255; D is 3 (red, green, blue) or 1 (grey).
    truth : the objects in them.
    """

    frames: UInt8[np.ndarray, "B T H W D"]
    truth: ClipTruth


class MadeVideo(ABC):
    """Endless videos of objects crossing a black frame; a data set says what they look like.

    An object slot waits 5 frames and is then born with probability 0.5 per frame. Its centre starts
    at a random place on one side of the inner rectangle (the frame less a margin) and heads for a
    random place on the opposite side at 5.3 pixels per frame. It is drawn from the frame after its
    birth on, at its rounded position, and is gone when that leaves the inner rectangle. A patch of
    h x w pixels around the centre (x, y) covers h rows from y - h // 2 on and w columns from
    x - w // 2 on.

    Frame f of stream s depends on (seed, s, f) alone, whatever was asked for before. Not meant to
    be shared by threads.

    Parameters
    ----------
    seed : 0 to 2**64 - 1; another seed is another set of videos.
    num_objects : slots, hence the most objects in a frame; 1 to 1000.
    height, width : of the frames, in pixels; up to 4096.

    Attributes
    ----------
    name : of the data set.
    channels : 3 (red, green, blue) or 1 (grey).
    margin : of the inner rectangle, in pixels.
    """

    name: ClassVar[str]
    channels: ClassVar[int]
    margin: ClassVar[int]

    def __init__(
        self, seed: int, num_objects: int = 3, *, height: int = 128, width: int = 128
    ) -> None:
        if not 0 <= seed < 2**64:
            raise InputError(f"the seed {seed} is out of range; give one from 0 to 2**64 - 1")
        if not 1 <= num_objects <= MOST_OBJECTS:
            raise InputError(f"{num_objects} objects are out of range; give 1 to {MOST_OBJECTS}")
        self.seed = seed
        self.num_objects = num_objects
        self.height = height
        self.width = width
        self._arena = Arena(height=height, width=width, margin=self.margin)
        self._slots: dict[tuple[int, int], Slot] = {}

    def fingerprint(self) -> str | None:
        """Of the files that the objects come from; None where they are drawn from the seed."""
        return None

    def clip(self, streams: Sequence[int], first_frame: int, num_frames: int) -> Clip:
        """Draw num_frames frames from first_frame on, of each of the streams."""
        truth, appearance = self._objects(streams, first_frame, num_frames)
        shape = (len(streams), num_frames, self.height, self.width, self.channels)
        frames = np.zeros(shape, dtype=np.uint8)
        where = np.argwhere(truth.present)  # slots last: a later slot is drawn over an earlier one
        boxes = truth.box[truth.present].astype(np.int64)
        looks = appearance[truth.present]
        for (b, t, _), box, look in zip(
            where.tolist(), boxes.tolist(), looks.tolist(), strict=True
        ):
            self._draw(frames[b, t], look, box)
        return Clip(frames=frames, truth=truth)

    def tracks(self, stream: int, num_frames: int) -> Tracks:
        """Ground truth of the first num_frames frames of a stream; nothing is drawn."""
        truth, _ = self._objects([stream], 0, num_frames)
        _, frame, _ = np.nonzero(truth.present)
        return Tracks(
            frame=frame,
            track_id=truth.track_id[truth.present],
            box=truth.box[truth.present],
            confidence=np.ones(len(frame)),
            num_frames=num_frames,
        )

    def _objects(
        self, streams: Sequence[int], first_frame: int, num_frames: int
    ) -> tuple[ClipTruth, Int[np.ndarray, "B T O A"]]:
        if first_frame < 0 or num_frames < 1:
            raise InputError(
                f"no {num_frames} frames can be made from frame {first_frame} on; "
                "count frames from 0 and ask for at least 1"
            )
        windows = [
            self._slot(stream, slot).window(first_frame, num_frames)
            for stream in streams
            for slot in range(self.num_objects)
        ]
        grid = (len(streams), self.num_objects, num_frames)

        def by_frame(rows: list[np.ndarray]) -> np.ndarray:  # B T O ...
            return np.stack(rows).reshape(*grid, *rows[0].shape[1:]).swapaxes(1, 2)

        present = by_frame([window.present for window in windows])
        number = by_frame([window.number for window in windows])
        centre = by_frame([window.centre for window in windows])
        appearance = by_frame([window.appearance for window in windows])
        sizes = self._sizes(appearance)
        left_top = centre - sizes // 2
        boxes = np.concatenate([left_top, left_top + sizes], axis=-1)
        track_id = number * self.num_objects + np.arange(self.num_objects) + 1
        truth = ClipTruth(
            present=present,
            track_id=np.where(present, track_id, 0),
            box=np.where(present[..., None], boxes, 0).astype(np.float64),
        )
        return truth, appearance

    def _slot(self, stream: int, slot: int) -> Slot:
        if stream < 0:
            raise InputError(f"there is no stream {stream}; count streams from 0")
        if (stream, slot) not in self._slots:
            if len(self._slots) >= MOST_SLOTS_KEPT:
                self._slots.clear()
            self._slots[stream, slot] = Slot(self.seed, stream, slot, self._arena, self._appear)
        return self._slots[stream, slot]

    def _draw(self, image: UInt8[np.ndarray, "H W D"], look: list[int], box: list[int]) -> None:
        left, top, right, bottom = box
        part = image[max(top, 0) : bottom, max(left, 0) : right]
        first_row, first_column = max(-top, 0), max(-left, 0)
        rows = slice(first_row, first_row + part.shape[0])
        columns = slice(first_column, first_column + part.shape[1])
        self._paint(part, look, rows, columns)

    @abstractmethod
    def _appear(self, random: np.random.Generator, count: int) -> Int[np.ndarray, "N A"]:
        """Draw what count objects look like."""

    @abstractmethod
    def _sizes(self, appearance: Int[np.ndarray, "*any A"]) -> Int[np.ndarray, "*any 2"]:
        """(width, height) of each patch canvas, in pixels."""

    @abstractmethod
    def _paint(
        self, part: UInt8[np.ndarray, "h w D"], look: list[int], rows: slice, columns: slice
    ) -> None:
        """Put the given rows and columns of the object's patch onto this part of a frame."""
