"""Webcams and streams as sequences of frames that do not end by themselves."""

import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from types import TracebackType

import numpy as np
from av.error import FFmpegError
from jaxtyping import UInt8

from animot.errors import InputError, InputWarning
from animot.tracker import Frame
from animot.video.live_address import Stream, Webcam
from animot.video.live_reader import Arrival, LiveReader
from animot.video.pixels import resize
from animot.video.stream import StreamConnection
from animot.video.webcam import WebcamConnection

PATIENCE_SECONDS = 60.0
"""A source that has given no frame for so long is given up."""

FIRST_FRAME_SECONDS = 30.0
"""The first frame must come within this, whatever it is that hangs."""

POLL_SECONDS = 0.1
"""How soon a wish to stop is noticed while no frame comes."""

CLOSE_SECONDS = 1.0
"""How long the end of the reading thread is waited for."""


class LiveSource:
    """A live source; a context manager that holds the connection.

    Frames are counted as they are given out. When they come faster than they are taken, the
    newest win: up to `animot.video.live_reader.QUEUE_FRAMES` wait, and the oldest of these are
    dropped and counted. A recording behind a URL, whose length the server knows, is given whole.
    A connection that breaks is renewed; frames of another size than the first are resized to it.

    Parameters
    ----------
    address : of the source.
    patience : seconds without a frame after which the source is given up, above 0.
    say : called with what is worth telling the user, in one line each, by whoever takes frames.

    Raises
    ------
    InputError : on entering, where no first frame comes.
    """

    def __init__(
        self,
        address: Webcam | Stream,
        *,
        patience: float = PATIENCE_SECONDS,
        say: Callable[[str], None] | None = None,
    ) -> None:
        if patience <= 0:
            raise InputError(f"a patience of {patience:g} s is none; give more than 0")
        self.name = address.name
        self._patience = patience
        self._say = say
        connect: Callable[[], StreamConnection | WebcamConnection] = (
            partial(WebcamConnection, address.number)
            if isinstance(address, Webcam)
            else partial(StreamConnection, address.url)
        )
        self._reader = LiveReader(connect)
        self._size: tuple[int, int] | None = None
        self._resized = False

    @property
    def fps(self) -> float:
        """Frames per second on average, as the source says."""
        assert self._reader.fps is not None, "no frame has come yet"
        return self._reader.fps

    @property
    def num_dropped(self) -> int:
        """Frames dropped so far."""
        return self._reader.mailbox.dropped

    def __enter__(self) -> "LiveSource":
        self._reader.start()
        try:
            self._first: Arrival | None = self._reader.mailbox.get(FIRST_FRAME_SECONDS)
        except ConnectionError as error:
            raise InputError(f"{self.name}: {error}; check the camera and its address") from error
        if self._first is None:
            self._reader.close(0.0)
            raise InputError(
                f"{self.name}: no picture within {FIRST_FRAME_SECONDS:.0f} s; check the camera "
                "and its address"
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._reader.close(CLOSE_SECONDS)

    def frames(self, stopped: Callable[[], bool]) -> Iterator[Frame]:
        """Frames as they come, until `stopped` says True or the source is given up.

        A source that is given up is said in an InputWarning.
        """
        for index, arrival in enumerate(self._arrivals(stopped)):
            yield Frame(index=index, time=arrival.time, image=self._image(arrival))

    def _arrivals(self, stopped: Callable[[], bool]) -> Iterator[Arrival]:
        arrival, self._first = self._first, None
        came = time.monotonic()
        while not (stopped() or (arrival is None and self._reader.mailbox.ended)):
            if arrival is not None:
                yield arrival
                came = time.monotonic()
            elif time.monotonic() - came > self._patience:
                self._warn(f"no frame for {self._patience:g} s, so it is given up")
                break
            arrival = self._reader.mailbox.get(POLL_SECONDS)
            self._pass_on_notes()
        self._pass_on_notes()

    def _pass_on_notes(self) -> None:
        while not self._reader.notes.empty():
            self._tell(self._reader.notes.get())

    def _image(self, arrival: Arrival) -> UInt8[np.ndarray, "H W 3"]:
        try:
            image = arrival.image()
        except (FFmpegError, ValueError) as error:
            raise InputError(
                f"{self.name}: its pixel format cannot be converted; choose another one there"
            ) from error
        size = (image.shape[0], image.shape[1])
        self._size = self._size or size
        if size != self._size:
            if not self._resized:
                self._tell("the frame size has changed; frames are resized to that of the first")
            self._resized = True
            image = resize(image, self._size)
        return image

    def _tell(self, text: str) -> None:
        if self._say is not None:
            self._say(f"{self.name}: {text}")

    def _warn(self, text: str) -> None:
        warnings.warn(f"{self.name}: {text}", InputWarning, stacklevel=3)
