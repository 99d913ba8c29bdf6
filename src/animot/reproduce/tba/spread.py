"""Results over seeds, in the columns of the paper's tables."""

from collections.abc import Callable, Sequence
from statistics import mean, median

from animot.metrics.counts import Number
from animot.metrics.table import PAPER_COLUMNS, row_of
from animot.reproduce.tba.result import Result

SPREAD: dict[str, Callable[[Sequence[Number]], Number]] = {
    "median": median,
    "mean": mean,
    "lowest": min,
    "highest": max,
}


def values_of(result: Result) -> dict[str, Number]:
    """Printed values of one result by column; what is not defined is left out, as in the paper.

    Without any box of tracks, IDP has no meaning; without any match, MOTP has none.
    """
    scores = result.scores
    _, row = row_of("", scores)
    undefined = {"IDP"} if scores["Dets"] == 0 else set()
    undefined |= {"MOTP"} if scores["CLR_TP"] == 0 else set()
    return {column: row[column] for column in PAPER_COLUMNS if column not in undefined}


def spread(results: Sequence[Result]) -> dict[str, dict[str, Number]]:
    """Median, mean, lowest and highest by column, over the seeds in which it is defined."""
    rows = [values_of(result) for result in results]
    by_column = {column: [row[column] for row in rows if column in row] for column in PAPER_COLUMNS}
    return {
        name: {column: of(values) for column, values in by_column.items() if values}
        for name, of in SPREAD.items()
    }
