"""The Tracker protocol, and the only loop over frames."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

import numpy as np
from jaxtyping import UInt8

from animot.tracks import FrameTracks, Tracks, stack

State = TypeVar("State")


@dataclass(frozen=True, kw_only=True, eq=False)
class Frame:
    """One decoded frame.

    Attributes
    ----------
    index : position in the sequence, counted from 0.
    time : seconds from the start of the sequence, never decreasing.
    image : red, green, blue in 0..255, in the original resolution.
    """

    index: int
    time: float
    image: UInt8[np.ndarray, "H W 3"]


@runtime_checkable
class Tracker(Protocol[State]):
    """What every engine offers: a state that goes in and comes out, nothing to reset."""

    def start(self) -> State:
        """State before the first frame."""
        ...

    def step(self, state: State, frame: Frame) -> tuple[State, FrameTracks]:
        """State after the frame, and the objects seen in it."""
        ...


def follow(
    tracker: Tracker[State], frames: Iterable[Frame], state: State
) -> Iterator[tuple[State, Frame, FrameTracks]]:
    """Run the tracker over consecutive frames: the only loop over frames.

    Parameters
    ----------
    tracker : of any engine.
    frames : that follow the state.
    state : of the tracker's `start`, or that after earlier frames.

    Yields
    ------
    The state after each frame, the frame, and the objects in it.
    """
    for frame in frames:
        state, objects = tracker.step(state, frame)
        yield state, frame, objects


def track(
    tracker: Tracker[State],
    frames: Iterable[Frame],
    on_frame: Callable[[Frame, FrameTracks], None] | None = None,
) -> Tracks:
    """Tracks of a whole sequence.

    Parameters
    ----------
    tracker : of any engine.
    frames : all of one sequence, in order.
    on_frame : called with each frame and its objects as soon as they are known.
    """
    seen: list[FrameTracks] = []
    times: list[float] = []
    for _, frame, objects in follow(tracker, frames, tracker.start()):
        seen.append(objects)
        times.append(frame.time)
        if on_frame is not None:
            on_frame(frame, objects)
    return stack(seen, times)
