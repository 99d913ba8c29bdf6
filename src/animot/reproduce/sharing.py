"""Going through the cells of a reproduction, with other processes that do the same."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

from animot.reproduce.folder import claim

SECONDS_BETWEEN_LOOKS = 2.0

C = TypeVar("C")
C_in = TypeVar("C_in", contravariant=True)


@runtime_checkable
class Work(Protocol[C_in]):
    """How cells are worked on. A cell is what one process does at a time."""

    def folder(self, cell: C_in) -> Path:
        """Where it is kept."""
        ...

    def is_finished(self, cell: C_in) -> bool:
        """Whether it has its result."""
        ...

    def is_ready(self, cell: C_in) -> bool:
        """Whether the cells that it builds on are finished; they come before it."""
        ...

    def do(self, cell: C_in) -> bool:
        """Finish a cell that is claimed; False where it was interrupted, with all saved."""
        ...


def work_through(
    work: Work[C],
    cells: Sequence[C],
    say: Callable[[str], None],
    after: Callable[[], object] = lambda: None,
) -> bool:
    """Work on each cell that is free and not finished; False after an interrupt.

    A cell that builds on one that another process works on is waited for. Cells that others still
    work on in the end are named and left to them.

    Parameters
    ----------
    cells : those that others build on come first.
    say : called with what is worth telling the user, in one line each.
    after : called after each cell that was finished here.
    """
    left, waited = list(cells), False
    while True:
        found = _one_pass(work, left, say, after)
        if found is None:
            return False
        elsewhere, waiting = found
        names = "; ".join(map(str, elsewhere))
        if not waiting:
            if elsewhere:
                say(f"another animot works on {names}: not in what is written now")
            return True
        if elsewhere and not waited:
            say(f"waiting for another animot, which works on {names}")
            waited = True
        if len(elsewhere) + len(waiting) == len(left):  # nothing could be done
            time.sleep(SECONDS_BETWEEN_LOOKS)
        left = [cell for cell in left if cell in elsewhere or cell in waiting]


def _one_pass(
    work: Work[C], cells: Sequence[C], say: Callable[[str], None], after: Callable[[], object]
) -> tuple[list[C], list[C]] | None:
    """Cells that others work on, and those that are not ready; None after an interrupt."""
    elsewhere, waiting = [], []
    for cell in cells:
        if work.is_finished(cell):
            say(f"{cell}: is finished")
        elif not work.is_ready(cell):
            waiting.append(cell)
        else:
            with claim(work.folder(cell)) as mine:
                if not mine:
                    elsewhere.append(cell)
                elif not work.is_finished(cell):  # nor finished meanwhile
                    if not work.do(cell):
                        return None
                    after()
    return elsewhere, waiting
