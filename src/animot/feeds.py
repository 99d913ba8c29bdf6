"""What is tracked: a recording, or a live source. Both give frames and know their camera."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol, runtime_checkable

from animot.camera_choice import choose_camera, choose_live_camera
from animot.data.sequence import Sequence, open_sequence
from animot.saved import Camera, Model
from animot.tracker import Frame
from animot.training.interrupts import interrupts
from animot.video.live import LiveSource
from animot.video.live_address import live_address

Say = Callable[[str], None]


@runtime_checkable
class Feed(Protocol):
    """Frames to track, to be gone through once."""

    @property
    def live(self) -> bool:
        """Whether it has no end of its own, so that results must be there at any moment."""
        ...

    @property
    def fps(self) -> float:
        """Frames per second on average."""
        ...

    def frames(self) -> Iterator[Frame]:
        """Frames in order."""
        ...

    def view(self, model: Model, say: Say) -> tuple[Camera, Iterator[Frame]]:
        """The camera, known to the model or new, and the frames to track."""
        ...

    def losses(self) -> str | None:
        """What was left out, in a line; None if nothing was."""
        ...


class RecordedFeed:
    """A file or a folder: every frame, in order."""

    live = False

    def __init__(self, sequence: Sequence) -> None:
        self._sequence = sequence

    @property
    def fps(self) -> float:
        """See `Feed`."""
        return self._sequence.fps

    def frames(self) -> Iterator[Frame]:
        """See `Feed`."""
        return self._sequence.frames()

    def view(self, model: Model, say: Say) -> tuple[Camera, Iterator[Frame]]:
        """The camera is found out from the whole recording."""
        return choose_camera(self._sequence, model, say), self.frames()

    def losses(self) -> str | None:
        """See `Feed`; what a file lacks is said by its reader."""
        return None


class LiveFeed:
    """A webcam or a stream: frames until `stopped` says True, the newest if there are too many."""

    live = True

    def __init__(self, source: LiveSource, stopped: Callable[[], bool]) -> None:
        self._source = source
        self._stopped = stopped

    @property
    def fps(self) -> float:
        """See `Feed`."""
        return self._source.fps

    def frames(self) -> Iterator[Frame]:
        """See `Feed`."""
        return self._source.frames(self._stopped)

    def view(self, model: Model, say: Say) -> tuple[Camera, Iterator[Frame]]:
        """The camera is found out from the first frames."""
        return choose_live_camera(self.frames(), model, say)

    def losses(self) -> str | None:
        """See `Feed`."""
        if self._source.num_dropped == 0:
            return None
        return (
            f"{self._source.name}: {self._source.num_dropped} frames were dropped, as tracking "
            "was slower than they came"
        )


@contextmanager
def open_feed(source: str | Path, patience: float, say: Say) -> Iterator[Feed]:
    """Open a video file, a folder of images, a webcam or a stream.

    Ctrl-C and SIGTERM end a live feed as if it were at its end.

    Parameters
    ----------
    source : path, number of a webcam, or URL.
    patience : seconds without a frame after which a live source is given up.
    say : called with what happens to the connection.

    Raises
    ------
    InputError : where it cannot be opened.
    """
    address = live_address(source)
    if address is None:
        yield RecordedFeed(open_sequence(source))
        return
    with LiveSource(address, patience=patience, say=say) as live, interrupts() as caught:
        yield LiveFeed(live, lambda: bool(caught))


def counted_on(frames: Iterator[Frame], index: int, time: float) -> Iterator[Frame]:
    """The frames, counted from an index and a time on."""
    begin = None
    for number, frame in enumerate(frames, start=index):
        begin = frame.time if begin is None else begin
        yield replace(frame, index=number, time=time + (frame.time - begin))
