"""What may stop a process from outside: Ctrl-C and SIGTERM."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def handling(signals: set[signal.Signals], handler: Callable[[int], None]) -> Iterator[None]:
    """Call the handler on these signals; elsewhere than in the main thread, leave them be."""

    def handle(number: int, _: FrameType | None) -> None:
        handler(number)

    try:
        before = {one: signal.signal(one, handle) for one in signals}
    except ValueError:  # not in the main thread: whoever runs us there handles signals
        yield
        return
    try:
        yield
    finally:
        for one, old in before.items():
            signal.signal(one, old)


@contextmanager
def interrupts(*, insistent: bool = True) -> Iterator[list[int]]:
    """A list that fills with signals when the user wants to stop.

    Parameters
    ----------
    insistent : whether a second signal stops at once, with KeyboardInterrupt.
    """
    caught: list[int] = []

    def note(number: int) -> None:
        if caught and insistent:
            raise KeyboardInterrupt
        caught.append(number)

    with handling({signal.SIGINT, signal.SIGTERM}, note):
        yield caught
