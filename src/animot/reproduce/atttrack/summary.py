"""All that tables and figures show, out of the finished cells of a folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from animot.reproduce.atttrack.bootstrap import Sample, sample_scores
from animot.reproduce.atttrack.cells import TIME
from animot.reproduce.atttrack.methods import METHODS, Row
from animot.reproduce.atttrack.mixture import linear_mix, linear_speed
from animot.reproduce.atttrack.result import Scored, read_learned, read_scored
from animot.reproduce.atttrack.task import Task
from animot.reproduce.atttrack.timing import RowTime, Times, read_times
from animot.reproduce.learned import Learned

TEACHER, STUDENT = Row(name="teacher"), Row(name="student")
SCORES = ("MOTA", "IDF1")


@dataclass(frozen=True, kw_only=True, eq=False)
class Summary:
    """Results of a folder.

    Attributes
    ----------
    task : of it.
    results : by row, ordered as the tables are, and by seed.
    times : of one pass; None before it.
    learned : networks that have learned.
    """

    task: Task
    results: dict[Row, list[Scored]]
    times: Times | None
    learned: dict[str, Learned]

    @property
    def periods(self) -> list[int]:
        """Every K that was scored."""
        return sorted({row.every for row in self.results if row.every is not None})

    @property
    def seeds(self) -> list[int]:
        """Every seed of which something was scored."""
        return sorted({one.cell.seed for group in self.results.values() for one in group})

    def samples(self, row: Row, seeds: Sequence[int] | None = None) -> dict[str, Sample] | None:
        """Samples of the scores of a row; None where there are none.

        Parameters
        ----------
        seeds : that count; None: all that the row has.
        """
        group = [
            one for one in self.results.get(row, []) if seeds is None or one.cell.seed in seeds
        ]
        return sample_scores(group) if group else None

    def mix(self, every: int, seeds: Sequence[int] | None = None) -> dict[str, Sample] | None:
        """Samples of the linear mix; None where teacher or student is missing."""
        both = seeds if seeds is not None else self.common_seeds(TEACHER, STUDENT)
        teacher, student = self.samples(TEACHER, both), self.samples(STUDENT, both)
        if teacher is None or student is None:
            return None
        return {name: linear_mix(teacher[name], student[name], every) for name in SCORES}

    def mix_speed(self, every: int) -> float | None:
        """Frames a second of the linear mix; None where teacher or student was not timed."""
        teacher, student = self.time(TEACHER), self.time(STUDENT)
        if teacher is None or student is None:
            return None
        return linear_speed(teacher.fps, student.fps, every)

    def common_seeds(self, *rows: Row) -> list[int]:
        """Seeds with which all of the rows were scored."""
        return [
            seed
            for seed in self.seeds
            if all(seed in {one.cell.seed for one in self.results.get(row, [])} for row in rows)
        ]

    def time(self, row: Row) -> RowTime | None:
        """Of a row; None where it was not timed."""
        return None if self.times is None else self.times.of(row.key)

    def difference(self, row: Row, other: Row) -> dict[str, Sample] | None:
        """Of two rows, with the seeds that both have; None where there are none."""
        seeds = self.common_seeds(row, other)
        ours, theirs = self.samples(row, seeds), self.samples(other, seeds)
        if ours is None or theirs is None:
            return None
        return {name: ours[name] - theirs[name] for name in SCORES}

    def difference_from_mix(self, row: Row) -> dict[str, Sample] | None:
        """Of a row and the linear mix with its K; None where one of them is missing."""
        assert row.every is not None
        seeds = self.common_seeds(row, TEACHER, STUDENT)
        ours, mixed = self.samples(row, seeds), self.mix(row.every, seeds)
        if ours is None or mixed is None:
            return None
        return {name: ours[name] - mixed[name] for name in SCORES}

    def mean_count(self, row: Row, name: str) -> float:
        """Mean over seeds of a count over all sequences."""
        totals = [sum(getattr(s, name) for s in one.sequences) for one in self.results[row]]
        return fmean(totals)

    def key_share(self, row: Row) -> float | None:
        """Part of the frames that are key frames; None where no teacher looks."""
        gaps = [gap for one in self.results[row] for gap in one.gaps]
        if not gaps:
            return None
        return sum(gap.frames for gap in gaps if gap.gap == 0) / sum(gap.frames for gap in gaps)


def read_summary(out: Path, task: Task) -> Summary:
    """Results of the finished cells of a folder; InputError where one is damaged."""
    found = read_scored(out)
    rows = sorted({one.cell.row for one in found}, key=_place)
    return Summary(
        task=task,
        results={row: [one for one in found if one.cell.row == row] for row in rows},
        times=read_times(out / TIME),
        learned=read_learned(out),
    )


def _place(row: Row) -> tuple[bool, int, int]:
    """In the tables: networks alone, then by K, then what has one thing changed."""
    return not row.method.is_plain, row.every or 0, list(METHODS).index(row.name)
