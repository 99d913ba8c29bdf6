"""Pictures as a live source delivers them, and what a connection to one offers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import UInt8


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A decoded picture that is not converted yet, as it may be dropped.

    Attributes
    ----------
    stamp : time stamp in seconds, from any origin; None where there is none.
    image : gives red, green, blue in 0..255.
    """

    stamp: float | None
    image: Callable[[], UInt8[np.ndarray, "H W 3"]]


@runtime_checkable
class Connection(Protocol):
    """An open connection to a camera or a stream, used by one thread."""

    @property
    def fps(self) -> float:
        """Frames per second on average."""
        ...

    @property
    def has_end(self) -> bool:
        """Whether it delivers a recording, whose length is known."""
        ...

    def pictures(self) -> Iterator[Picture]:
        """Pictures as they come, until a recording ends.

        Raises
        ------
        ConnectionError : where no more pictures come, saying why.
        """
        ...

    def close(self) -> None:
        """Let go of it."""
        ...
