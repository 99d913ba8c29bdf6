"""Rows take turns, and medians count."""

from contextlib import contextmanager

import pytest

from animot.atttrack.stopwatch import PARTS, Stopwatch
from animot.errors import InputError
from animot.reproduce.atttrack import timing
from animot.reproduce.atttrack.timing import RowTime, Times, measure, read_times, write_times
from tiny_pair import pair_of, walking


def test_rows_take_turns_and_the_first_round_does_not_count(monkeypatch):
    """A frame takes 1 s on a warm machine, 9 s in the first round and in one that was disturbed."""
    order = []

    class Slow(Stopwatch):
        @contextmanager
        def part(self, name):
            yield
            self.seconds[name] += seconds[len(order) - 1] if name == "network" else 0.125

    seconds = [9, 9, 1, 2, 9, 2, 1, 9]  # of a and b in turn
    tracker = timing.AttTrackTracker

    def new_tracker(pair, stopwatch):
        order.append(next(key for key, one in pairs.items() if one is pair))
        return tracker(pair, stopwatch)

    monkeypatch.setattr(timing, "ROUNDS", 3)
    monkeypatch.setattr(timing, "Stopwatch", Slow)
    monkeypatch.setattr(timing, "AttTrackTracker", new_tracker)
    pairs = {"a": pair_of("teacher"), "b": pair_of("student")}
    rounds = []
    times = measure(pairs, walking(4), "here", rounds.append)
    assert order == ["a", "b"] * 4
    assert rounds == [0, 1, 2, 3]
    network = [row.parts["network"] for row in times.rows]
    # The teacher is asked once a frame, the student's features and heads are two parts of one.
    assert network == [1000, 4000]
    assert times.rows[0].parts["decode"] == 125
    assert times.rows[0].total == 1000 + 125 * 3
    assert times.rows[0].fps == pytest.approx(1 / 1.375)
    assert (times.frames, times.rounds, times.device) == (4, 3, "here")


def test_times_are_kept(tmp_path):
    row = RowTime(row="teacher", parts=dict.fromkeys(PARTS, 2.5), total=10.0)
    times = Times(rows=(row,), frames=60, rounds=5, device="cpu")
    assert read_times(tmp_path) is None
    write_times(tmp_path, times)
    assert read_times(tmp_path) == times
    assert times.of("teacher").fps == 100
    assert times.of("student") is None
    (tmp_path / "times.json").write_text("[]")
    with pytest.raises(InputError, match=r"times\.json: is damaged"):
        read_times(tmp_path)
