"""Which rows are compared with which: the questions that a reproduction answers."""

from collections.abc import Iterator

from animot.reproduce.atttrack.bootstrap import Sample
from animot.reproduce.atttrack.methods import LOOKS_FIRST_SUFFIX, Row
from animot.reproduce.atttrack.summary import STUDENT, TEACHER, Summary

# Of rows with the same K.
PAIRS = (
    ("atttrack", "naive-mix"),
    ("atttrack", "layerwise"),
    ("adaptive", "atttrack"),
)
# Of rows with the same K and the linear mix with it.
AGAINST_MIX = ("atttrack", "layerwise", "naive-mix")

Difference = tuple[str, int | None, dict[str, Sample]]


def differences(summary: Summary) -> Iterator[Difference]:
    """What is compared, its K, and the difference of MOTA and IDF1; only what is there."""
    aligned = Row(name="aligned")
    for row, other in ((TEACHER, STUDENT), (aligned, STUDENT)):
        found = summary.difference(row, other)
        if found is not None:
            yield f"{row} - {other}", None, found
    for every in summary.periods:
        yield from _of_period(summary, every)
    for row in summary.results:
        if row.method.looks_first:
            yield from _of_looks_first(summary, row)
        elif not row.method.is_plain:
            yield from _of_two(summary, row, Row(name="atttrack", every=row.every))


def _of_period(summary: Summary, every: int) -> Iterator[Difference]:
    for name, other in PAIRS:
        yield from _of_two(summary, Row(name=name, every=every), Row(name=other, every=every))
    for name in AGAINST_MIX:
        row = Row(name=name, every=every)
        found = summary.difference_from_mix(row)
        if found is not None:
            yield f"{row.method.title} - linear mix", every, found


def _of_looks_first(summary: Summary, row: Row) -> Iterator[Difference]:
    """Of the row and the same with overlap at once, and of those that the paper compares."""
    name = row.name.removesuffix(LOOKS_FIRST_SUFFIX)
    yield from _of_two(summary, row, Row(name=name, every=row.every))
    for other in [theirs for ours, theirs in PAIRS if ours == name]:
        changed = Row(name=f"{other}{LOOKS_FIRST_SUFFIX}", every=row.every)
        yield from _of_two(summary, row, changed)


def _of_two(summary: Summary, row: Row, other: Row) -> Iterator[Difference]:
    found = summary.difference(row, other)
    if found is not None:
        yield f"{row.method.title} - {other.method.title}", row.every, found
