"""How long the parts of a frame take."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

PARTS = ("network", "decode", "transfer", "association")


class Stopwatch:
    """Adds up the seconds of each part; given to a tracker, which works the same without it.

    Attributes
    ----------
    seconds : of each of `PARTS` so far.
    """

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(PARTS, 0.0)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Time what is done inside, as a part of this name."""
        begin = time.perf_counter()
        yield
        self.seconds[name] += time.perf_counter() - begin


def no_time(_: str) -> AbstractContextManager[None]:
    """Time nothing."""
    return nullcontext()
