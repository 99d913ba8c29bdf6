"""Times of frames: what the time stamps say, mended where they say nothing or run backwards."""

RESTART_SECONDS = 1.0
"""A time stamp further back than this means that the clock was set anew, not that it jitters."""


class FrameClock:
    """Seconds from the first frame, never decreasing.

    A missing time stamp lies one frame period after the frame before it. One that is slightly
    early repeats the time before it. One that is far too early starts a new count, which goes on
    one frame period after the frame before it.

    Parameters
    ----------
    fps : frames per second, above 0; its inverse is the frame period.
    """

    def __init__(self, fps: float) -> None:
        self._period = 1 / fps
        self._origin: float | None = None
        self._last: float | None = None

    def __call__(self, stamp: float | None) -> float:
        """Time of the next frame in seconds, from its time stamp in seconds."""
        self._last = self._time(stamp)
        return self._last

    def _time(self, stamp: float | None) -> float:
        due = 0.0 if self._last is None else self._last + self._period
        if stamp is None:
            return due
        if self._last is None or self._origin is None:
            self._origin = stamp - due
            return due
        time = stamp - self._origin
        if time < self._last - RESTART_SECONDS:
            self._origin = stamp - due
            return due
        return max(time, self._last)
