"""The thread that reads a live source: it connects, reads, and connects again."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event, Thread

import numpy as np
from jaxtyping import UInt8

from animot.video.clock import FrameClock
from animot.video.mailbox import Mailbox
from animot.video.picture import Connection

QUEUE_FRAMES = 8
"""Frames that wait for the tracker; what comes while they wait drops the oldest of them."""

FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
"""Seconds before the first and before later attempts to connect again; each wait doubles."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A picture with its time.

    Attributes
    ----------
    time : seconds from the first picture of the first connection, never decreasing.
    image : gives red, green, blue in 0..255.
    """

    time: float
    image: Callable[[], UInt8[np.ndarray, "H W 3"]]


class LiveReader:
    """Reads a live source in a thread of its own and puts what comes into a mailbox.

    A first connection that fails closes the mailbox with its ConnectionError. One that breaks
    later is renewed after a wait, again and again, until `close`. A recording is not begun again:
    its end, or the loss of its connection, closes the mailbox.

    Parameters
    ----------
    connect : opens a connection or raises ConnectionError; called in the thread.

    Attributes
    ----------
    mailbox : where pictures arrive. Of a recording, all; else the newest win.
    notes : what happens to the connection, in one line each.
    fps : of the first connection, once a picture has arrived.
    """

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self.mailbox: Mailbox[Arrival] = Mailbox(QUEUE_FRAMES)
        self.notes: SimpleQueue[str] = SimpleQueue()
        self.fps: float | None = None
        self._connect = connect
        self._closing = Event()
        self._begin = 0.0
        self._last = 0.0
        self._lost_at: float | None = None
        # A daemon: a driver that hangs must not keep the program from ending.
        self._thread = Thread(target=self._run, name="animot-live", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def close(self, seconds: float) -> None:
        """End the thread, and wait for that no longer than so many seconds."""
        self._closing.set()
        self.mailbox.close()
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            self._read_on()
        except BaseException as error:  # it belongs to the thread that waits for pictures
            self.mailbox.close(error)
        else:
            self.mailbox.close()

    def _read_on(self) -> None:
        wait = FIRST_WAIT
        while not self._closing.is_set():
            came = self._last
            try:
                if self._read():
                    return
            except ConnectionError as error:
                if self.fps is None:
                    raise
                self._note_loss(str(error))
            wait = FIRST_WAIT if self._last > came else min(2 * wait, LONGEST_WAIT)
            self._closing.wait(wait)

    def _read(self) -> bool:
        """Read one connection; True where there is nothing more to read."""
        connection = self._connect()
        try:
            for arrival in self._arrivals(connection):
                self.mailbox.put(arrival, keep_all=connection.has_end)
                if self._closing.is_set():
                    return True
        except ConnectionError as error:
            if not connection.has_end or self.fps is None:
                raise
            self.notes.put(f"the recording breaks off ({error})")
        finally:
            connection.close()
        if connection.has_end and self.fps is not None:
            return True
        raise ConnectionError("the stream ended")

    def _arrivals(self, connection: Connection) -> Iterator[Arrival]:
        clock = FrameClock(connection.fps)
        begin: float | None = None
        for picture in connection.pictures():
            if self.fps is None:
                self.fps, self._begin, begin = connection.fps, time.monotonic(), 0.0
            elif begin is None:
                # Time stamps begin anew with each connection; the time between was real.
                begin = max(time.monotonic() - self._begin, self._last)
                self._note_return()
            self._last = begin + clock(picture.stamp)
            yield Arrival(time=self._last, image=picture.image)

    def _note_loss(self, reason: str) -> None:
        if self._lost_at is None:
            self._lost_at = time.monotonic()
            self.notes.put(f"the connection is lost ({reason}); connecting again")

    def _note_return(self) -> None:
        if self._lost_at is not None:
            gone = time.monotonic() - self._lost_at
            self.notes.put(f"the connection is back after {gone:.0f} s")
            self._lost_at = None
