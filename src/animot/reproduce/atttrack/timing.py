"""How long the parts of a frame take, measured for all rows in one pass.

A machine that others use is slow at one time and fast at another. So rows take turns, frame by
frame, several times over, and the medians count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from animot.atttrack.pair import Pair
from animot.atttrack.stopwatch import PARTS, Stopwatch
from animot.atttrack.tracker import AttTrackTracker
from animot.reproduce.json_file import read_json, write_json
from animot.tracker import Frame

TIMES = "times.json"
# Whole periods of K = 2 to 6, so that every row has its share of key frames.
TIMED_FRAMES = 60
ROUNDS = 5


@dataclass(frozen=True, kw_only=True)
class RowTime:
    """Milliseconds a frame of one row; medians over rounds.

    Attributes
    ----------
    row : its key.
    parts : of each of `animot.atttrack.stopwatch.PARTS`.
    total : of all parts together.
    """

    row: str
    parts: dict[str, float]
    total: float

    @property
    def fps(self) -> float:
        """Frames a second."""
        return 1000 / self.total


@dataclass(frozen=True, kw_only=True)
class Times:
    """One pass of timing.

    Attributes
    ----------
    rows : of each.
    frames, rounds : frames a round, and rounds.
    device : on which the networks ran; everything else ran on one thread of the processor.
    """

    rows: tuple[RowTime, ...]
    frames: int
    rounds: int
    device: str

    def of(self, key: str) -> RowTime | None:
        """Time of a row; None where it was not timed."""
        return next((row for row in self.rows if row.row == key), None)


def measure(pairs: Mapping[str, Pair], frames: Sequence[Frame], device: str) -> Times:
    """Time rows in turn. Reading and resizing frames are not in it.

    Parameters
    ----------
    pairs : by key of the row.
    frames : of one sequence, in memory.
    device : as the user shall read it.
    """
    rounds = [_one_round(pairs, frames) for _ in range(ROUNDS + 1)][1:]  # the first one warms up
    rows = [
        RowTime(
            row=key,
            parts={part: median(spent[key][part] for spent in rounds) for part in PARTS},
            total=median(sum(spent[key].values()) for spent in rounds),
        )
        for key in pairs
    ]
    return Times(rows=tuple(rows), frames=len(frames), rounds=ROUNDS, device=device)


def _one_round(pairs: Mapping[str, Pair], frames: Sequence[Frame]) -> dict[str, dict[str, float]]:
    """Milliseconds a frame of each part of each row; every frame is shown to all rows in turn."""
    watches = {key: Stopwatch() for key in pairs}
    trackers = {key: AttTrackTracker(pair, watches[key]) for key, pair in pairs.items()}
    states = {key: tracker.start() for key, tracker in trackers.items()}
    for frame in frames:
        for key, tracker in trackers.items():
            states[key], _ = tracker.step(states[key], frame)
    return {
        key: {part: 1000 * watch.seconds[part] / len(frames) for part in PARTS}
        for key, watch in watches.items()
    }


def write_times(folder: Path, times: Times) -> None:
    """Keep them in a folder."""
    write_json(folder / TIMES, times)


def read_times(folder: Path) -> Times | None:
    """Times of a folder, or None where nothing was timed yet; InputError where they are damaged."""
    path = folder / TIMES
    return read_json(path, Times) if path.exists() else None
