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
    costs, turns = iter([9, 9, 1, 2, 9, 3, 1, 9]), []  # of a and b, round by round

    class Slow(Stopwatch):
        def __init__(self):
            super().__init__()
            self.cost = next(costs)

        @contextmanager
        def part(self, name):
            yield
            self.seconds[name] += self.cost if name == "network" else 0.125
            if name == "association":
                turns.append(self.cost)

    monkeypatch.setattr(timing, "ROUNDS", 3)
    monkeypatch.setattr(timing, "Stopwatch", Slow)
    times = measure({"a": pair_of("teacher"), "b": pair_of("student")}, walking(4), "here")
    assert turns == [9, 9] * 4 + [1, 2] * 4 + [9, 3] * 4 + [1, 9] * 4
    # A student's network is asked in two parts, before and after what is carried would be added.
    assert [row.parts["network"] for row in times.rows] == [1000, 6000]
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
