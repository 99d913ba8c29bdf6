"""Numbers from comma- or space-separated text, and the line where one is wrong."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from jaxtyping import Float

from animot.errors import InputError


def read_numbers(
    path: str | Path, *, min_columns: int, max_columns: int
) -> Float[np.ndarray, "N C"]:
    """One row a line, in the order of the file; blank lines are no rows.

    Commas or blanks separate the numbers. A byte order mark, carriage returns, blanks around
    a number, exponents and a comma at the end of a line are understood. All lines must have as
    many of the columns as the first.

    Parameters
    ----------
    path : text file; may be empty.
    min_columns : columns that every line must have.
    max_columns : columns to read; what stands to the right of them is not looked at.

    Raises
    ------
    InputError : naming the file, and the line that cannot be read.
    """
    path = Path(path)
    first = first_line(path)
    if not first:
        return np.zeros((0, min_columns))
    columns = min(len(_split(first)), max_columns)
    if columns < min_columns:
        raise InputError(
            f"{path} line {line_of_row(path, 0)}: {columns} columns where at least {min_columns} "
            "are needed; give MOTChallenge text: frame,id,left,top,width,height,confidence"
        )
    try:
        delimiter = "," if "," in first else None
        numbers = np.loadtxt(
            path, delimiter=delimiter, comments=None, encoding="utf-8-sig", ndmin=2
        )
    except ValueError:  # ragged, a word, bytes that are no text: look at each line
        return _read_line_by_line(path, columns, max_columns)
    return numbers[:, :columns]


def first_line(path: Path) -> str:
    """Give the first line that is not blank, or nothing; InputError for an unreadable file."""
    if path.exists() and not (path.is_file() or path.is_dir()):  # would be waited for, then empty
        raise InputError(f"{path}: is a pipe or a device; give a text file")
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            return next((line.strip() for line in file if line.strip()), "")
    except OSError as error:
        raise InputError(f"{path}: cannot read it ({error.strerror}); give a text file") from error


def line_of_row(path: Path, row: int) -> int:
    """Give the line, counted from 1, of a row of `read_numbers`, counted from 0."""
    return [number for number, _ in _lines(path)][row]


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, line.strip()


def _split(line: str) -> list[str]:
    fields = [field.strip() for field in line.split(",")] if "," in line else line.split()
    while fields and not fields[-1]:  # some programs end a line with a comma
        fields.pop()
    return fields


def _read_line_by_line(path: Path, columns: int, max_columns: int) -> Float[np.ndarray, "N C"]:
    rows = []
    for number, line in _lines(path):
        fields = _split(line)[:max_columns]
        if len(fields) != columns:
            raise InputError(
                f"{path} line {number}: {len(fields)} columns where the first line has {columns}; "
                "the file may be cut off, write it again"
            )
        rows.append([_number(field, path, number) for field in fields])
    return np.array(rows)


def _number(field: str, path: Path, line: int) -> float:
    try:
        if "_" not in field:  # Python reads 1_0 as ten; no other tracker or evaluator does
            return float(field)
    except ValueError:
        pass
    raise InputError(
        f"{path} line {line}: {field[:40]!r} is not a number; "
        "give MOTChallenge text: frame,id,left,top,width,height,confidence"
    )
