"""Scores as the table that papers print, as JSON and as CSV."""

import json
from collections.abc import Mapping, Sequence

from animot.metrics.counts import Number

Values = Mapping[str, Number]
Row = tuple[str, Values]  # a name, and values by column as they are printed

PERCENT = {
    "IDF1": "IDF1",
    "IDP": "IDP",
    "IDR": "IDR",
    "MOTA": "MOTA",
    "MOTP": "MOTP",
    "HOTA": "HOTA",
    "DetA": "DetA",
    "AssA": "AssA",
    "LocA": "LocA",
}  # column of the table -> TrackEval's name
COUNTS = {"MT": "MT", "ML": "ML", "FP": "CLR_FP", "FN": "CLR_FN", "IDS": "IDSW", "Frag": "Frag"}
# The columns of He et al. (2019), Tables 1, 2 and 4, and those that came later.
PAPER_COLUMNS = (
    *("IDF1", "IDP", "IDR", "MOTA", "MOTP", "FAF"),
    *("MT", "ML", "FP", "FN", "IDS", "Frag"),
)
COLUMNS = (*PAPER_COLUMNS, "HOTA", "DetA", "AssA", "LocA")


def row_of(name: str, values: Values) -> Row:
    """Make a row of the table: percent, counts, and FAF, false positives a frame.

    Parameters
    ----------
    name : what the row is called.
    values : scores under TrackEval's names, as `Scores.as_dict` gives them.
    """
    row = {column: 100 * values[key] for column, key in PERCENT.items()}
    row |= {column: values[key] for column, key in COUNTS.items()}
    return name, row | {"FAF": values["FP_per_frame"]}


def render_rows(rows: Sequence[Row]) -> str:
    """Rows under the column names, aligned; "-" where a row lacks a value."""
    cells = [["", *COLUMNS]]
    cells += [[name, *(render_cell(column, row) for column in COLUMNS)] for name, row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    if not any(name for name, _ in rows):
        cells, widths = [line[1:] for line in cells], widths[1:]
    return "\n".join(_line(line, widths, named=len(line) > len(COLUMNS)) for line in cells)


def render_cell(column: str, row: Values) -> str:
    """One value as papers print it: percent with one decimal, counts with none; "-" for none."""
    if column not in row:
        return "-"
    decimals = 0 if column in COUNTS else 2 if column == "FAF" else 1
    return f"{row[column]:.{decimals}f}"


def _line(cells: list[str], widths: list[int], named: bool) -> str:
    padded = [cell.rjust(width) for cell, width in zip(cells, widths, strict=True)]
    if named:
        padded[0] = cells[0].ljust(widths[0])
    return "  ".join(padded).rstrip()


def render_json(scores: Mapping[str, Values]) -> str:
    """Write all scores of each name under TrackEval's names, ratios as fractions."""
    return json.dumps({name: dict(values) for name, values in scores.items()}, indent=2) + "\n"


def render_csv(scores: Mapping[str, Values]) -> str:
    """Write the same numbers, a line for each name, under a header that begins with `sequence`."""
    columns = list(next(iter(scores.values()), {}))
    lines = [["sequence", *columns]]
    lines += [[_quoted(name), *(repr(row[key]) for key in columns)] for name, row in scores.items()]
    return "".join(",".join(line) + "\n" for line in lines)


def _quoted(name: str) -> str:
    plain = not set(name) & set(',"\r\n')
    return name if plain else '"' + name.replace('"', '""') + '"'
