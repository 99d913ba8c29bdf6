"""What the page of a video is made from: its tracks, the times of its frames, and a small film."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import cv2
import numpy as np
from jaxtyping import Float, UInt8

from animot.tracker import Frame
from animot.tracks import FrameTracks, Tracks, stack
from animot.video.worker import Worker
from animot.video.writer import FOR_PAGES, TICK, VideoWriter

FILM = "report.mp4"

LONGEST_SIDE = 640
"""Pixels of the film's longer side at most."""

MOST_FRAMES = 100_000
"""More than an hour at 25 frames a second; the page shows the beginning of what is longer."""

MOST_BOXES = 1_000_000
"""Some 15 MB of page."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Recording:
    """A tracked video, to be shown.

    Attributes
    ----------
    tracks : frames are counted from 0 in the film.
    seconds : time of each frame of the film from its beginning, in whole milliseconds.
    first_frame : 0-based number of the film's first frame for the user; not 0 where the video goes
        on from another.
    first_second : its time for the user.
    size : (height, width) of the original frames.
    fps : frames per second on average.
    whole : whether all frames of the video are there.
    """

    tracks: Tracks
    seconds: Float[np.ndarray, " T"]
    first_frame: int
    first_second: float
    size: tuple[int, int]
    fps: float
    whole: bool


class Recorder:
    """Collects a recording while its video is tracked; a context manager.

    Memory grows with the boxes, up to `MOST_BOXES`. Left without an error, the film is in the
    folder; left with one, nothing is.

    Parameters
    ----------
    folder : for the film, that exists.
    fps : of the video.

    Attributes
    ----------
    film : file, there once this is left.
    """

    def __init__(self, folder: Path, fps: float) -> None:
        self.film = folder / FILM
        self._fps = fps
        with ExitStack() as files:
            self._writer = files.enter_context(VideoWriter(self.film, fps, quality=FOR_PAGES))
            self._worker = files.enter_context(Worker())
            self._files = files.pop_all()
        self._objects: list[FrameTracks] = []
        self._ticks: list[int] = []
        self._num_boxes = 0
        self._first: Frame | None = None
        self._whole = True

    def __enter__(self) -> "Recorder":
        return self

    def write(self, frame: Frame, objects: FrameTracks) -> None:
        """Add a frame, unless the recording is as long as it may be."""
        if len(self._objects) >= MOST_FRAMES or self._num_boxes + len(objects) > MOST_BOXES:
            self._whole = False
        if not self._whole:
            return
        if self._first is None:
            self._first = frame
        last = self._ticks[-1] if self._ticks else -1
        self._ticks.append(max(last + 1, round((frame.time - self._first.time) / TICK)))
        seconds = float(self._ticks[-1] * TICK)
        self._worker.do(lambda: self._writer.write(_small(frame.image), seconds))
        self._objects.append(objects.without_masks())
        self._num_boxes += len(objects)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._files.__exit__(kind, error, trace)

    @property
    def recording(self) -> Recording | None:
        """What was collected; None where there was no frame."""
        if self._first is None:
            return None
        seconds = np.array(self._ticks) * float(TICK)
        return Recording(
            tracks=stack(self._objects, seconds.tolist()),
            seconds=seconds,
            first_frame=self._first.index,
            first_second=self._first.time,
            size=self._first.image.shape[:2],
            fps=self._fps,
            whole=self._whole,
        )


def _small(image: UInt8[np.ndarray, "H W 3"]) -> UInt8[np.ndarray, "h w 3"]:
    height, width = film_size(*image.shape[:2])
    # Down to a half, four pixels make one as well as an average does, in a third of the time.
    linear = height > image.shape[0] / 2
    interpolation = cv2.INTER_LINEAR if linear else cv2.INTER_AREA
    return cv2.resize(image, (width, height), interpolation=interpolation)


def film_size(height: int, width: int) -> tuple[int, int]:
    """(height, width) of the film: even, as its pixel format needs, and of the frame's shape."""
    scale = min(1.0, LONGEST_SIDE / max(height, width))
    return max(2, 2 * round(height * scale / 2)), max(2, 2 * round(width * scale / 2))
