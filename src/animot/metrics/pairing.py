"""Which result file belongs to which ground truth.

Ground truth is a file, a sequence folder (`gt/gt.txt` or `gt.txt` in it), or a folder of sequences,
each `NAME/gt/gt.txt`, `NAME/gt.txt` or `NAME.txt`. The result of the sequence NAME is looked for as
`NAME.txt`, `data/NAME.txt` or `NAME/tracks.txt`; a single sequence may be `tracks.txt` too.
"""

import warnings
from dataclasses import dataclass
from pathlib import Path

from animot.errors import InputError, InputWarning


@dataclass(frozen=True, kw_only=True)
class SequencePair:
    """The files of one sequence.

    Attributes
    ----------
    name : of the sequence.
    tracks, truth : files.
    seqinfo : its seqinfo.ini, or None.
    """

    name: str
    tracks: Path
    truth: Path
    seqinfo: Path | None


def find_pairs(tracks: Path, truth: Path) -> list[SequencePair]:
    """Pair the files under two paths, sorted by the name of the sequence.

    Raises
    ------
    InputError : nothing there, or a sequence of the truth has no result.
    """
    for path, what in ((tracks, "tracks"), (truth, "ground truth")):
        if not path.exists():
            raise InputError(f"{path}: no such file; give the {what} to score, a file or a folder")
    single = truth if truth.is_file() else _truth_in(truth)
    if single is not None:
        return [_pair(_sequence_name(single), _single_result(tracks, single), single)]
    if tracks.is_file():
        raise InputError(f"{truth}: no gt/gt.txt here, and {tracks} is a single file; give its gt")
    truths = _truths_under(truth)
    _warn_of_extra(tracks, truths)
    return [_pair(name, _result(tracks, name), path) for name, path in truths.items()]


def _pair(name: str, tracks: Path, truth: Path) -> SequencePair:
    folder = truth.parent.parent if truth.parent.name == "gt" else truth.parent
    seqinfo = folder / "seqinfo.ini"
    return SequencePair(
        name=name, tracks=tracks, truth=truth, seqinfo=seqinfo if seqinfo.is_file() else None
    )


def _truth_in(folder: Path) -> Path | None:
    candidates = (folder / "gt" / "gt.txt", folder / "gt.txt")
    return next((path for path in candidates if path.is_file()), None)


def _truths_under(folder: Path) -> dict[str, Path]:
    entries = sorted(folder.iterdir())
    truths = {
        entry.name: path for entry in entries if entry.is_dir() and (path := _truth_in(entry))
    }
    if not truths:
        truths = {entry.stem: entry for entry in entries if entry.suffix == ".txt"}
    if not truths:
        raise InputError(
            f"{folder}: no ground truth here; give a file, or SEQUENCE/gt/gt.txt in it"
        )
    return truths


def _sequence_name(truth: Path) -> str:
    folder = truth.resolve().parent
    if folder.name == "gt":
        return folder.parent.name
    return folder.name if truth.stem == "gt" else truth.stem


def _single_result(tracks: Path, truth: Path) -> Path:
    if tracks.is_file():
        return tracks
    own = tracks / "tracks.txt"
    return own if own.is_file() else _result(tracks, _sequence_name(truth))


def _result(folder: Path, name: str) -> Path:
    candidates = (
        folder / f"{name}.txt",
        folder / "data" / f"{name}.txt",
        folder / name / "tracks.txt",
    )
    for path in candidates:
        if path.is_file():
            return path
    raise InputError(
        f"{folder}: no result for the sequence {name}; write it to {name}.txt "
        "(an empty file says that nothing was tracked)"
    )


def _warn_of_extra(tracks: Path, truths: dict[str, Path]) -> None:
    extra = sorted({path.stem for path in tracks.glob("*.txt")} - set(truths))
    if extra:
        warnings.warn(
            f"{tracks}: {len(extra)} results without ground truth are left out ({extra[0]}, ...)",
            InputWarning,
            stacklevel=4,
        )
