"""The Tracker protocol, and the only loop over frames."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

import numpy as np
from jaxtyping import UInt8

from animot.tracks import FrameTracks, Tracks, stack

State = TypeVar("State")
Prepared = TypeVar("Prepared")


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


@runtime_checkable
class PreparingTracker(Tracker[State], Protocol[State, Prepared]):
    """A tracker whose step has a part that needs no state, so that it can be done ahead.

    `step(state, frame)` is `step_prepared(state, prepare(frame))`.
    """

    def prepare(self, frame: Frame) -> Prepared:
        """What can be known of the frame on its own; called in another thread."""
        ...

    def step_prepared(self, state: State, prepared: Prepared) -> tuple[State, FrameTracks]:
        """State after the frame, and the objects seen in it."""
        ...


def follow(
    tracker: Tracker[State], frames: Iterable[Frame], state: State, *, ahead: bool = True
) -> Iterator[tuple[State, Frame, FrameTracks]]:
    """Run the tracker over consecutive frames: the only loop over frames.

    Parameters
    ----------
    tracker : of any engine.
    frames : that follow the state.
    state : of the tracker's `start`, or that after earlier frames.
    ahead : whether the next frame may be read and prepared meanwhile, in another thread. The
        results are the same; a live source is not to be waited for.

    Yields
    ------
    The state after each frame, the frame, and the objects in it.
    """
    if ahead and isinstance(tracker, PreparingTracker):
        for frame, prepared in _one_ahead(tracker.prepare, frames):
            state, objects = tracker.step_prepared(state, prepared)
            yield state, frame, objects
        return
    for frame in frames:
        state, objects = tracker.step(state, frame)
        yield state, frame, objects


def _one_ahead(
    prepare: Callable[[Frame], Prepared], frames: Iterable[Frame]
) -> Iterator[tuple[Frame, Prepared]]:
    """Each frame, prepared; the next one is read and prepared while this one is worked with."""
    source = iter(frames)

    def read_one() -> tuple[Frame, Prepared] | None:
        frame = next(source, None)
        return None if frame is None else (frame, prepare(frame))

    with ThreadPoolExecutor(max_workers=1) as thread:
        coming = thread.submit(read_one)
        while (ready := coming.result()) is not None:
            coming = thread.submit(read_one)
            yield ready


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
