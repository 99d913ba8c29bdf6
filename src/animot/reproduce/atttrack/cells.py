"""What is to be done: networks to learn, rows of the tables to score, and one pass of timing."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from animot.atttrack.roles import ALIGNMENTS, Role
from animot.errors import InputError
from animot.reproduce.atttrack.methods import Method, Row, plan_rows

TIME = "time"  # folder of the pass of timing
# Beside the student of AttTrack, in the order in which they are learned.
ROLES: tuple[Role, ...] = ("teacher", "plain", "student", "layerwise")


@dataclass(frozen=True, kw_only=True)
class Training:
    """One network to learn.

    Attributes
    ----------
    role : in the pair.
    seed : of weights, pairs and noise; a student's teacher has the same.
    ablation : of the transfer.
    """

    role: Role
    seed: int
    ablation: str | None = None

    @property
    def name(self) -> str:
        """Without the seed."""
        return self.role if self.ablation is None else f"{self.role}-{self.ablation}"

    @property
    def teacher(self) -> "Training | None":
        """Whom it learns from."""
        return Training(role="teacher", seed=self.seed) if self.role in ALIGNMENTS else None

    def __str__(self) -> str:
        return f"{self.name}, seed {self.seed}"

    def folder(self, out: Path) -> Path:
        """Where it is kept."""
        return out / "networks" / f"{self.name}-seed{self.seed}"

    def run(self, out: Path) -> Path:
        """Its run folder."""
        return self.folder(out) / "run"


@dataclass(frozen=True, kw_only=True)
class Scoring:
    """One row to score, with the networks of one seed."""

    row: Row
    seed: int

    def __str__(self) -> str:
        return f"{self.row}, seed {self.seed}"

    def folder(self, out: Path) -> Path:
        """Where it is kept."""
        return out / "scores" / f"{self.row.key}-seed{self.seed}"

    @property
    def networks(self) -> list[Training]:
        """Which it needs."""
        return networks_of(self.row.method, self.seed)


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Rows to time in one pass, one after the other and again.

    Attributes
    ----------
    rows, seed : what is timed.
    others : cells that must be finished, so that nobody works beside it.
    """

    rows: tuple[Row, ...]
    seed: int
    others: tuple[Training | Scoring, ...]

    def __str__(self) -> str:
        return f"time of {len(self.rows)} rows"

    def folder(self, out: Path) -> Path:
        """Where it is kept."""
        return out / TIME


Cell = Training | Scoring | Timing


def networks_of(method: Method, seed: int) -> list[Training]:
    """Teacher and student of a method, those that it has."""
    found = [Training(role="teacher", seed=seed)] if method.needs_teacher else []
    if method.role is not None:
        found.append(Training(role=method.role, seed=seed, ablation=method.ablation))
    return found


def plan_cells(periods: Sequence[int], num_seeds: int, ablations: Sequence[str]) -> list[Cell]:
    """All cells, seed by seed, each after those it builds on; ablations with the first seed alone.

    Parameters
    ----------
    periods : K, each from 2 to 6, increasing.
    num_seeds : seeds are 1 to that.
    ablations : names in `animot.atttrack.ablations`.

    Raises
    ------
    InputError : for periods, seeds and names that cannot be.
    """
    if num_seeds < 1:
        raise InputError(f"{num_seeds} seeds are none; give at least 1")
    cells: list[Training | Scoring] = []
    for seed in range(1, num_seeds + 1):
        changed = ablations if seed == 1 else ()
        cells += [Training(role=role, seed=seed) for role in ROLES]
        cells += [Training(role="student", seed=seed, ablation=name) for name in changed]
        cells += [Scoring(row=row, seed=seed) for row in plan_rows(periods, changed)]
    timed = [row for row in plan_rows(periods, ()) if row.method.is_plain]
    return [*cells, Timing(rows=tuple(timed), seed=1, others=tuple(cells))]
