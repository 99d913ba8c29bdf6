"""What a finished cell leaves: its scores, its curve, and what made them; one JSON file."""

from dataclasses import dataclass
from pathlib import Path

from animot.reproduce.json_file import read_json, write_json
from animot.reproduce.learned import Learned
from animot.reproduce.tba.cell import Cell, Task
from animot.reproduce.tba.curve import Point

RESULT = "result.json"


@dataclass(frozen=True, kw_only=True)
class Result:
    """A finished cell.

    Attributes
    ----------
    task, cell : what was asked for.
    command : makes just this cell.
    learned : how.
    test : what was scored.
    scores : under TrackEval's names, ratios as fractions.
    curve : validation on the way.
    """

    task: Task
    cell: Cell
    command: str
    learned: Learned
    test: str
    scores: dict[str, float]
    curve: tuple[Point, ...]


def is_finished(out: Path, cell: Cell) -> bool:
    """Whether a cell has its result."""
    return (cell.folder(out) / RESULT).exists()


def write_result(out: Path, result: Result) -> None:
    """Keep a result: the cell is finished."""
    write_json(result.cell.folder(out) / RESULT, result)


def read_results(out: Path) -> list[Result]:
    """Results of all finished cells of a folder, ordered by seed.

    Raises
    ------
    InputError : where one is damaged.
    """
    results = [read_json(path, Result) for path in sorted(out.glob(f"*/{RESULT}"))]
    return sorted(results, key=lambda result: result.cell.seed)
