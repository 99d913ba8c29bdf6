"""The page of tables of a reproduction of AttTrack."""

from collections.abc import Iterator

from animot.atttrack.stopwatch import PARTS
from animot.reproduce.atttrack.bootstrap import Sample
from animot.reproduce.atttrack.differences import differences
from animot.reproduce.atttrack.methods import Row
from animot.reproduce.atttrack.notes import ABOUT_PRINTED, introduction
from animot.reproduce.atttrack.published import PRINTED
from animot.reproduce.atttrack.staleness import Stale, by_gap, off_key_frames
from animot.reproduce.atttrack.summary import SCORES, STUDENT, TEACHER, Summary
from animot.reproduce.atttrack.task import LONGEST_PERIOD
from animot.reproduce.markdown import header, line, short_commit

COUNTS = {"IDs": "switches", "FP": "fp", "FN": "fn"}
NONE = "-"


def render_markdown(summary: Summary) -> str:
    """Everything, as a page."""
    parts = (
        introduction(summary),
        _ours(summary),
        _differences(summary),
        _staleness(summary),
        _printed(summary),
        _seeds(summary),
        _networks(summary),
    )
    return "\n".join(text for part in parts for text in part) + "\n"


def _ours(summary: Summary) -> Iterator[str]:
    yield from ("", "## Accuracy and speed", "")
    times = [f"{part} ms" for part in PARTS]
    columns = ("K", *SCORES, *COUNTS, "key frames", "FPS", *times)
    yield from header("method", *columns)
    mixed: set[int] = set()
    for row in summary.results:
        if row.every is not None and row.every not in mixed:
            mixed.add(row.every)
            yield from _mix(summary, row.every)
        yield line(row.method.title, *_row(summary, row))


def _row(summary: Summary, row: Row) -> list[str]:
    samples, time, keys = summary.samples(row), summary.time(row), summary.key_share(row)
    assert samples is not None
    speed = [NONE] * (1 + len(PARTS))
    if time is not None:
        speed = [f"{time.fps:.1f}", *(f"{time.parts[part]:.2f}" for part in PARTS)]
    return [
        _period(row.every),
        *(_with_interval(samples[name]) for name in SCORES),
        *(f"{summary.mean_count(row, name):.0f}" for name in COUNTS.values()),
        NONE if keys is None else f"{keys:.2f}",
        *speed,
    ]


def _mix(summary: Summary, every: int) -> Iterator[str]:
    samples, speed = summary.mix(every), summary.mix_speed(every)
    if samples is None:
        return
    scores = [_with_interval(samples[name]) for name in SCORES]
    fps = NONE if speed is None else f"{speed:.1f}"
    rest = [NONE] * len(PARTS)
    yield line("linear mix", str(every), *scores, *[NONE] * (len(COUNTS) + 1), fps, *rest)


def _differences(summary: Summary) -> Iterator[str]:
    yield from ("", "## Differences", "", *header("difference", "K", *SCORES))
    for title, every, found in differences(summary):
        scores = [_with_interval(found[name], signed=True) for name in SCORES]
        yield line(title, _period(every), *scores)


def _staleness(summary: Summary) -> Iterator[str]:
    yield from ("", "## Frames since the key frame", "", "MOTA / recall of the frames.", "")
    gaps = range(1, LONGEST_PERIOD)
    columns = ("K", "key frames", "others", *(f"i = {gap}" for gap in gaps))
    yield from header("method", *columns)
    for row, results in summary.results.items():
        if row.every is None:
            continue
        found = by_gap(results)
        cells = [found.get(0), off_key_frames(results), *(found.get(gap) for gap in gaps)]
        yield line(row.method.title, str(row.every), *map(_stale, cells))


def _printed(summary: Summary) -> Iterator[str]:
    yield from ("", "## Beside the supplement", "", *ABOUT_PRINTED, "")
    names = [f"{data}, printed" for data in PRINTED]
    yield from header("method", "K", *names, "ours")
    for name, row in (("teacher", TEACHER), ("student", STUDENT)):
        cells = [
            _at_speed(getattr(printed, name)[0], getattr(printed, name)[1] / printed.teacher[1])
            for printed in PRINTED.values()
        ]
        yield line(row.method.title, NONE, *cells, _ours_at_speed(summary, row))
    for every in range(2, LONGEST_PERIOD + 1):
        for name in ("atttrack", "layerwise", "naive-mix"):
            row = Row(name=name, every=every)
            cells = []
            for printed in PRINTED.values():
                mota, fps = printed.turns[name][every]
                cells.append(_at_speed(mota, fps / printed.teacher[1]))
            title = "AttTrack" if name == "atttrack" else row.method.title
            yield line(title, str(every), *cells, _ours_at_speed(summary, row))


def _ours_at_speed(summary: Summary, row: Row) -> str:
    samples, time, teacher = summary.samples(row), summary.time(row), summary.time(TEACHER)
    if samples is None:
        return NONE
    speed_up = None if time is None or teacher is None else time.fps / teacher.fps
    return _at_speed(100 * samples["MOTA"].value, speed_up)


def _at_speed(mota: float, speed_up: float | None) -> str:
    return f"{mota:.1f} at {NONE if speed_up is None else f'{speed_up:.2f}'}"


def _networks(summary: Summary) -> Iterator[str]:
    yield from ("", "## Networks", "")
    yield from header("network", "pairs learned from", "minutes", "best step", "threads", "commit")
    for name, learned in summary.learned.items():
        yield line(
            name,
            f"{learned.frames:,}",
            f"{learned.seconds / 60:.1f}",
            f"{learned.best_step:,}",
            str(learned.threads),
            short_commit(learned.commit),
        )


def _seeds(summary: Summary) -> Iterator[str]:
    """MOTA and IDF1 of every seed by itself; intervals would be those over sequences alone."""
    yield from ("", "## Every seed", "", "MOTA / IDF1.", "")
    yield from header("method", "K", *(f"seed {seed}" for seed in summary.seeds))
    for row in summary.results:
        cells = []
        for seed in summary.seeds:
            samples = summary.samples(row, [seed])
            values = [] if samples is None else [100 * samples[name].value for name in SCORES]
            cells.append(" / ".join(f"{value:.1f}" for value in values) or NONE)
        yield line(row.method.title, _period(row.every), *cells)


def _period(every: int | None) -> str:
    return NONE if every is None else str(every)


def _stale(stale: Stale | None) -> str:
    return NONE if stale is None else f"{100 * stale.mota:.1f} / {100 * stale.recall:.1f}"


def _with_interval(sample: Sample, *, signed: bool = False) -> str:
    sign = "+" if signed else ""
    value = f"{100 * sample.value:{sign}.1f}"
    if sample.interval is None:
        return value
    low, high = (f"{100 * bound:{sign}.1f}" for bound in sample.interval)
    return f"{value} ({low} to {high})"
