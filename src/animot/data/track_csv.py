"""Tracks as CSV with a header and time stamps, for spreadsheets and data frames.

The columns are `frame,time,track_id,left,top,right,bottom,confidence,layer`. Frames are counted
from 1, so that they agree with the MOTChallenge file beside it; time is in seconds; the box is in
pixels with edges counted from 0, as images are indexed, not from 1 as in MOTChallenge text. Time
and layer are empty where they are not known.
"""

import csv
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from animot.data.atomic import write_text
from animot.errors import InputError
from animot.tracks import Tracks

HEADER = "frame,time,track_id,left,top,right,bottom,confidence,layer"


def write_csv(tracks: Tracks, path: str | Path) -> None:
    """Write the tracks, whole or not at all; see the module for the columns and `lines_of`."""
    time = None if tracks.time is None else tracks.time[tracks.frame]
    write_text(path, f"{HEADER}\n{lines_of(tracks, time)}")


def lines_of(tracks: Tracks, time: Float[np.ndarray, " N"] | None) -> str:
    """Lines below the header.

    Coordinates and times are rounded to three decimals, confidences to four.

    Parameters
    ----------
    tracks : to be written.
    time : seconds of each box, or None where it is not known.
    """
    return "".join(
        _line(tracks, row, None if time is None else time[row]) for row in range(len(tracks))
    )


def _line(tracks: Tracks, row: int, time: float | None) -> str:
    cells = [
        str(tracks.frame[row] + 1),
        "" if time is None else _short(time, 3),
        str(tracks.track_id[row]),
        *(_short(edge, 3) for edge in tracks.box[row]),
        _short(tracks.confidence[row], 4),
        "" if tracks.layer is None else str(tracks.layer[row]),
    ]
    return f"{','.join(cells)}\n"


def read_csv(path: str | Path, num_frames: int | None = None) -> Tracks:
    """Tracks of a file that `write_csv` wrote.

    Parameters
    ----------
    path : CSV file with the header of this module.
    num_frames : frames in the sequence; None takes the last frame that has a box. Times are kept
        if every frame of the sequence has one.

    Raises
    ------
    InputError : naming the file and the line.
    """
    path = Path(path)
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise InputError(f"{path}: cannot read it (not a file); give a CSV file")
    columns = HEADER.split(",")
    cells: list[tuple[str, ...]] = []
    lines: list[int] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            _check_header(path, next(reader, []))
            for row in filter(None, reader):
                cells.append(_checked_row(path, reader.line_num, row))
                lines.append(reader.line_num)
    except OSError as error:
        raise InputError(f"{path}: cannot read it ({error.strerror}); give a CSV file") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: is not UTF-8 CSV text; write it again") from error
    table = dict(zip(columns, zip(*cells, strict=True), strict=True)) if cells else {}
    return _tracks(path, table, lines, num_frames)


def _short(value: float, decimals: int) -> str:
    return f"{round(float(value), decimals) + 0.0:.10g}"


def _check_header(path: Path, header: list[str]) -> None:
    if [name.strip() for name in header] != HEADER.split(","):
        raise InputError(
            f"{path} line 1: the header is not {HEADER}; give a file written by animot"
        )


def _checked_row(path: Path, line: int, row: list[str]) -> tuple[str, ...]:
    names = HEADER.split(",")
    if len(row) != len(names):
        raise InputError(f"{path} line {line}: {len(row)} columns where {len(names)} are needed")
    for name, cell in zip(names, row, strict=True):
        whole = name in {"frame", "track_id", "layer"}
        if not (_is_number(cell, whole) or (name in {"time", "layer"} and not cell.strip())):
            raise InputError(
                f"{path} line {line}: {name} is {cell[:40]!r}, not a "
                f"{'whole' if whole else 'finite'} number; write the file again"
            )
    return tuple(row)


def _is_number(cell: str, whole: bool) -> bool:
    try:
        return bool(abs(int(cell)) < 2**63 if whole else np.isfinite(float(cell)))
    except ValueError:
        return False


def _tracks(
    path: Path, table: dict[str, tuple[str, ...]], lines: list[int], num_frames: int | None
) -> Tracks:
    frame = np.array(table.get("frame", ()), dtype=np.int64)
    track_id = np.array(table.get("track_id", ()), dtype=np.int64)
    length = int(frame.max(initial=0)) if num_frames is None else num_frames
    for row in np.flatnonzero((frame < 1) | (frame > length))[:1]:
        raise InputError(
            f"{path} line {lines[row]}: frame {frame[row]} lies outside a sequence of "
            f"{length} frames counted from 1"
        )
    _refuse_second_boxes(path, frame, track_id, lines)
    edges = [table.get(edge, ()) for edge in ("left", "top", "right", "bottom")]
    layers = table.get("layer", ())
    known = bool(layers) and all(cell.strip() for cell in layers)
    return Tracks(
        frame=frame - 1,
        track_id=track_id,
        box=np.array(edges, dtype=np.float64).T.reshape(-1, 4),
        confidence=np.array(table.get("confidence", ()), dtype=np.float64),
        layer=np.array(layers, dtype=np.int64) if known else None,
        num_frames=length,
        time=_times(frame, table.get("time", ()), length),
    )


def _refuse_second_boxes(
    path: Path, frame: Int[np.ndarray, " N"], track_id: Int[np.ndarray, " N"], lines: list[int]
) -> None:
    seen = set()
    for pair, line in zip(zip(frame.tolist(), track_id.tolist(), strict=True), lines, strict=True):
        if pair in seen:
            raise InputError(
                f"{path} line {line}: track_id {pair[1]} has a second box in frame {pair[0]}; "
                "keep one box of each identity"
            )
        seen.add(pair)


def _times(
    frame: Int[np.ndarray, " N"], cells: tuple[str, ...], num_frames: int
) -> Float[np.ndarray, " T"] | None:
    """Seconds of every frame, or None if the file leaves one open."""
    if len(set(frame.tolist())) < num_frames or not all(cell.strip() for cell in cells):
        return None
    time = np.zeros(num_frames)
    time[frame - 1] = np.array(cells, dtype=np.float64)
    return time
