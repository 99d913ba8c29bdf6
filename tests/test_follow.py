"""The only loop over frames: with trackers that can look ahead, and with those that cannot."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from animot.saved import load_model
from animot.tracker import Frame, PreparingTracker, Tracker, follow
from animot.tracks import FrameTracks

NOTHING = FrameTracks(
    track_id=np.zeros(0, dtype=np.int64), box=np.zeros((0, 4)), confidence=np.zeros(0)
)


def _frames(count: int, size: tuple[int, int] = (6, 8)) -> Iterator[Frame]:
    random = np.random.default_rng(0)
    for n in range(count):
        image = random.integers(0, 256, (*size, 3), dtype=np.uint8)
        yield Frame(index=n, time=n / 10, image=image)


class Plain:
    """Counts frames."""

    def start(self) -> int:
        return 0

    def step(self, state: int, frame: Frame) -> tuple[int, FrameTracks]:
        return state + 1 + frame.index, NOTHING


class Preparing(Plain):
    """Never ends a step before the next frame is prepared."""

    def __init__(self, last: int) -> None:
        self.prepared = [threading.Event() for _ in range(last + 1)]
        self.threads: set[int] = set()

    def prepare(self, frame: Frame) -> int:
        self.threads.add(threading.get_ident())
        self.prepared[frame.index].set()
        return frame.index

    def step_prepared(self, state: int, prepared: int) -> tuple[int, FrameTracks]:
        following = self.prepared[min(prepared + 1, len(self.prepared) - 1)]
        assert following.wait(timeout=20), "the next frame is not prepared meanwhile"
        return state + 1 + prepared, NOTHING


def test_the_next_frame_is_prepared_meanwhile() -> None:
    tracker = Preparing(last=4)
    assert isinstance(tracker, PreparingTracker)
    found = [(state, frame.index) for state, frame, _ in follow(tracker, _frames(5), 0)]
    assert found == [(1, 0), (3, 1), (6, 2), (10, 3), (15, 4)]
    assert tracker.threads
    assert threading.get_ident() not in tracker.threads


def test_what_cannot_or_shall_not_look_ahead_steps() -> None:
    assert isinstance(Plain(), Tracker)
    assert not isinstance(Plain(), PreparingTracker)
    preparing = Preparing(last=4)
    for tracker, ahead in ((Plain(), True), (preparing, False)):
        found = [state for state, _, _ in follow(tracker, _frames(5), 0, ahead=ahead)]
        assert found == [1, 3, 6, 10, 15]
    assert not preparing.threads


def test_looking_ahead_changes_nothing() -> None:
    model = load_model("sprites")
    tracker = model.tracker(model.cameras[0])
    size = model.network.config.frame_size

    def found(*, ahead: bool) -> list[FrameTracks]:
        frames = _frames(6, size)
        return [seen for _, _, seen in follow(tracker, frames, tracker.start(), ahead=ahead)]

    for one, other in zip(found(ahead=True), found(ahead=False), strict=True):
        assert one.track_id.tolist() == other.track_id.tolist()
        np.testing.assert_array_equal(one.box, other.box)
        np.testing.assert_array_equal(one.confidence, other.confidence)


def test_an_error_while_reading_ahead_comes_through_in_its_place() -> None:
    def broken() -> Iterator[Frame]:
        yield from _frames(2)
        raise OSError("gone")

    run = follow(Preparing(last=1), broken(), 0)
    assert [next(run)[1].index, next(run)[1].index] == [0, 1]
    with pytest.raises(OSError, match="gone"):
        next(run)


def test_stopping_on_the_way_leaves_no_thread() -> None:
    before = threading.active_count()
    run = follow(Preparing(last=9), _frames(10), 0)
    assert next(run)[0] == 1
    run.close()
    assert threading.active_count() == before
