"""The reading thread, with connections that are made up."""

import time
from collections.abc import Iterator

import numpy as np
import pytest

from animot.video import live_reader
from animot.video.live_reader import Arrival, LiveReader
from animot.video.picture import Connection, Picture

IMAGE = np.zeros((4, 6, 3), dtype=np.uint8)


class Fake:
    """Gives pictures with these stamps, then breaks, or ends if it is a recording."""

    def __init__(self, *stamps: float | None, has_end: bool = False, breaks: bool = True) -> None:
        self.stamps, self.has_end, self.breaks = stamps, has_end, breaks
        self.fps = 10.0
        self.closed = False

    def pictures(self) -> Iterator[Picture]:
        for stamp in self.stamps:
            yield Picture(stamp=stamp, image=lambda: IMAGE)
        if self.breaks:
            raise ConnectionError("cable")

    def close(self) -> None:
        self.closed = True


class Bench:
    """Hands out connections in turn, then refuses; remembers when it was asked."""

    def __init__(self, *fakes: Fake) -> None:
        self.fakes = fakes
        self.asked: list[float] = []

    def __call__(self) -> Fake:
        self.asked.append(time.monotonic())
        if len(self.asked) > len(self.fakes):
            raise ConnectionError("refused")
        return self.fakes[len(self.asked) - 1]


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_reader, "FIRST_WAIT", 0.02)
    monkeypatch.setattr(live_reader, "LONGEST_WAIT", 0.08)


def _take(reader: LiveReader, count: int) -> list[Arrival]:
    arrivals = [reader.mailbox.get(5.0) for _ in range(count)]
    assert None not in arrivals
    return arrivals


def _times(reader: LiveReader, count: int) -> list[float]:
    return [arrival.time for arrival in _take(reader, count)]


def test_a_fake_is_a_connection() -> None:
    assert isinstance(Fake(), Connection)


def test_times_follow_the_stamps_of_a_varying_rate() -> None:
    reader = LiveReader(Bench(Fake(100.0, 100.1, 100.5, None, 103.0, has_end=True, breaks=False)))
    reader.start()
    assert _times(reader, 5) == pytest.approx([0.0, 0.1, 0.5, 0.6, 3.0])
    assert reader.mailbox.get(5.0) is None
    assert reader.mailbox.ended


def test_a_broken_connection_is_renewed_and_time_goes_on() -> None:
    bench = Bench(Fake(50.0, 50.1), Fake(7.0, 7.3))
    reader = LiveReader(bench)
    reader.start()
    times = _times(reader, 4)
    assert times[:2] == pytest.approx([0.0, 0.1])
    assert times[2] >= 0.1
    assert times[3] - times[2] == pytest.approx(0.3)
    reader.close(5.0)
    assert all(fake.closed for fake in bench.fakes)
    assert "lost (cable)" in reader.notes.get_nowait()
    assert "back" in reader.notes.get_nowait()


def test_waits_grow_while_nobody_is_there() -> None:
    bench = Bench(Fake(0.0))
    reader = LiveReader(bench)
    reader.start()
    _take(reader, 1)
    while len(bench.asked) < 7:
        time.sleep(0.01)
    reader.close(5.0)
    waits = np.diff(bench.asked)
    for wait, least in zip(waits, [0.02, 0.04, 0.08, 0.08, 0.08, 0.08], strict=False):
        assert wait >= least - 1e-3
    # One loss is said once, however often connecting fails.
    assert reader.notes.qsize() == 1


def test_a_first_connection_that_fails_is_not_tried_again() -> None:
    bench = Bench()
    reader = LiveReader(bench)
    reader.start()
    with pytest.raises(ConnectionError, match="refused"):
        reader.mailbox.get(5.0)
    assert len(bench.asked) == 1


def test_a_stream_without_a_picture_fails() -> None:
    reader = LiveReader(Bench(Fake(breaks=False)))
    reader.start()
    with pytest.raises(ConnectionError, match="ended"):
        reader.mailbox.get(5.0)


def test_a_recording_is_given_whole_and_once() -> None:
    stamps = [index / 10 for index in range(100)]
    bench = Bench(Fake(*stamps, has_end=True, breaks=False), Fake(0.0))
    reader = LiveReader(bench)
    reader.start()
    time.sleep(0.05)
    assert len(_take(reader, 100)) == 100
    assert reader.mailbox.get(5.0) is None
    assert reader.mailbox.dropped == 0
    assert len(bench.asked) == 1


def test_a_recording_that_breaks_off_ends_and_says_so() -> None:
    bench = Bench(Fake(0.0, 0.1, has_end=True), Fake(0.0))
    reader = LiveReader(bench)
    reader.start()
    _take(reader, 2)
    assert reader.mailbox.get(5.0) is None
    assert "breaks off (cable)" in reader.notes.get_nowait()
    assert len(bench.asked) == 1


def test_live_pictures_that_nobody_takes_are_dropped() -> None:
    stamps = [index / 10 for index in range(100)]
    reader = LiveReader(Bench(Fake(*stamps)))
    reader.start()
    while reader.notes.empty():
        time.sleep(0.01)
    kept = _times(reader, live_reader.QUEUE_FRAMES)
    assert kept == pytest.approx(stamps[-live_reader.QUEUE_FRAMES :])
    assert reader.mailbox.dropped == 100 - live_reader.QUEUE_FRAMES
    reader.close(5.0)


def test_an_error_of_ours_reaches_who_waits() -> None:
    def broken() -> Fake:
        raise ZeroDivisionError

    reader = LiveReader(broken)
    reader.start()
    with pytest.raises(ZeroDivisionError):
        reader.mailbox.get(5.0)


def test_closing_ends_the_thread_while_it_waits_to_connect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live_reader, "FIRST_WAIT", 60.0)
    reader = LiveReader(Bench(Fake(0.0)))
    reader.start()
    _take(reader, 1)
    begin = time.monotonic()
    reader.close(5.0)
    assert time.monotonic() - begin < 4
