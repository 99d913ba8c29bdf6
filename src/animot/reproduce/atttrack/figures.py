"""The figures of a reproduction of AttTrack: accuracy against speed, and staleness."""

import warnings
from collections.abc import Callable
from pathlib import Path

from animot.data.atomic import write_bytes
from animot.errors import InputError, InputWarning
from animot.report.lines import LabelledLine, draw_lines
from animot.reproduce.atttrack.methods import METHODS, Row
from animot.reproduce.atttrack.staleness import by_gap
from animot.reproduce.atttrack.summary import STUDENT, TEACHER, Summary

SPEED, STALENESS = "accuracy-speed.png", "staleness.png"


def write_figures(out: Path, summary: Summary) -> None:
    """Write the figures for which there are numbers; one InputWarning where matplotlib is missing.

    Parameters
    ----------
    out : folder of the reproduction.
    """
    drawings: dict[str, Callable[[], bytes | None]] = {
        SPEED: lambda: _draw_speed(summary),
        STALENESS: lambda: _draw_staleness(summary),
    }
    for name, draw in drawings.items():
        try:
            content = draw()
        except InputError as error:
            warnings.warn(str(error), InputWarning, stacklevel=2)
            return
        if content is not None:
            write_bytes(out / name, content)


def _draw_speed(summary: Summary) -> bytes | None:
    """MOTA against frames a second: networks alone, each method over K, and the linear mix."""
    lines = [_over_periods(summary, row.name) for row in (TEACHER, STUDENT, Row(name="aligned"))]
    lines += [_over_periods(summary, name) for name, m in METHODS.items() if m.is_for_all_periods]
    lines.append(_mix(summary))
    shown = [one for one in lines if one.points]
    if not shown:
        return None
    title = f"AttTrack on {summary.task.data}, {summary.task.budget}"
    return draw_lines(shown, title, across="frames a second", up="MOTA (%)")


def _over_periods(summary: Summary, name: str) -> LabelledLine:
    """Points of a method, labelled with K."""
    points, labels = [], []
    for row in summary.results:
        time, samples = summary.time(row), summary.samples(row)
        if row.name == name and time is not None and samples is not None:
            points.append((time.fps, 100 * samples["MOTA"].value))
            labels.append("" if row.every is None else str(row.every))
    return LabelledLine(name=METHODS[name].title, points=tuple(points), labels=tuple(labels))


def _mix(summary: Summary) -> LabelledLine:
    points = []
    for every in summary.periods:
        samples, speed = summary.mix(every), summary.mix_speed(every)
        if samples is not None and speed is not None:
            points.append((speed, 100 * samples["MOTA"].value))
    return LabelledLine(name="linear mix", points=tuple(points), labels=("",) * len(points))


def _draw_staleness(summary: Summary) -> bytes | None:
    """MOTA by frames since the key frame, of all methods with the longest K."""
    lines = []
    for row, results in summary.results.items():
        if row.every is not None and row.every == max(summary.periods):
            found = {i: stale for i, stale in by_gap(results).items() if i < row.every}
            points = tuple((float(i), 100 * stale.mota) for i, stale in found.items())
            lines.append(
                LabelledLine(name=row.method.title, points=points, labels=("",) * len(points))
            )
    if not lines:
        return None
    title = f"AttTrack on {summary.task.data}, K = {max(summary.periods)}"
    return draw_lines(lines, title, across="frames since the key frame", up="MOTA (%)")
