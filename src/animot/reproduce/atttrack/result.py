"""What finished cells leave: counts of each sequence, and by frames since the key frame."""

from dataclasses import dataclass
from pathlib import Path

from animot.reproduce.atttrack.cells import Scoring
from animot.reproduce.json_file import read_json, write_json
from animot.reproduce.learned import Learned

LEARNED, SCORES = "learned.json", "scores.json"


@dataclass(frozen=True, kw_only=True)
class SequenceCounts:
    """Counts of one sequence; those of several can be added.

    Attributes
    ----------
    sequence : its name.
    frames, truth : frames, and boxes to be found.
    fp, fn, switches : false positives, misses and identity switches (CLEAR).
    idtp, idfp, idfn : boxes of identities that belong together, and the others (ID).
    """

    sequence: str
    frames: int
    truth: int
    fp: int
    fn: int
    switches: int
    idtp: int
    idfp: int
    idfn: int


@dataclass(frozen=True, kw_only=True)
class GapCounts:
    """Counts of all frames that lie so many frames after their key frame, over all sequences.

    Attributes
    ----------
    gap : i; 0 are the key frames themselves.
    frames, truth, fp, fn, switches : as in `SequenceCounts`.
    """

    gap: int
    frames: int
    truth: int
    fp: int
    fn: int
    switches: int


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A scored row.

    Attributes
    ----------
    cell : what was asked for.
    sequences : counts of each.
    gaps : counts by i, increasing; none where no teacher looks.
    commit : of animot's source that scored it.
    """

    cell: Scoring
    sequences: tuple[SequenceCounts, ...]
    gaps: tuple[GapCounts, ...]
    commit: str | None


def write_scored(out: Path, scored: Scored) -> None:
    """Keep what was scored: the cell is finished."""
    write_json(scored.cell.folder(out) / SCORES, scored)


def read_scored(out: Path) -> list[Scored]:
    """All scored rows of a folder, ordered by seed.

    Raises
    ------
    InputError : where one is damaged.
    """
    found = [read_json(path, Scored) for path in sorted(out.glob(f"scores/*/{SCORES}"))]
    return sorted(found, key=lambda scored: scored.cell.seed)


def read_learned(out: Path) -> dict[str, Learned]:
    """How the networks of a folder have learned, by name and seed.

    Raises
    ------
    InputError : where a file is damaged.
    """
    paths = sorted(out.glob(f"networks/*/{LEARNED}"))
    return {path.parent.name: read_json(path, Learned) for path in paths}
