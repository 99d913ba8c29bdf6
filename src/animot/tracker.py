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
Sight = TypeVar("Sight")


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
class PreparingTracker(Tracker[State], Protocol[State, Sight, Prepared]):
    """A tracker whose step has a part that can be done ahead, while the frame before is tracked.

    What that part needs to know of the state, its sight, is therefore older by a frame:
    `step(state, frame)` is `step_prepared(state, prepare(frame, sights(state)[0]))`, and
    `sights(state)[1]` is the first of the sights of any state that follows.
    """

    def sights(self, state: State) -> tuple[Sight, Sight]:
        """What the next frame is prepared with, and the one after it."""
        ...

    def prepare(self, frame: Frame, sight: Sight) -> Prepared:
        """What can be known of the frame without the state; called in another thread."""
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
        yield from _follow_ahead(tracker, frames, state)
        return
    for frame in frames:
        state, objects = tracker.step(state, frame)
        yield state, frame, objects


def _follow_ahead(
    tracker: PreparingTracker[State, Sight, Prepared], frames: Iterable[Frame], state: State
) -> Iterator[tuple[State, Frame, FrameTracks]]:
    """As `follow`; the next frame is read and prepared while this one is tracked."""
    source = iter(frames)

    def read_one(sight: Sight) -> tuple[Frame, Prepared] | None:
        frame = next(source, None)
        return None if frame is None else (frame, tracker.prepare(frame, sight))

    with ThreadPoolExecutor(max_workers=1) as thread:
        coming = thread.submit(read_one, tracker.sights(state)[0])
        while (ready := coming.result()) is not None:
            coming = thread.submit(read_one, tracker.sights(state)[1])
            frame, prepared = ready
            state, objects = tracker.step_prepared(state, prepared)
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
