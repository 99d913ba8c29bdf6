"""The tables of a reproduction of AttTrack as JSON, with all that is known."""

import json
from dataclasses import asdict
from typing import Any

from animot.reproduce.atttrack.bootstrap import Sample
from animot.reproduce.atttrack.differences import differences
from animot.reproduce.atttrack.methods import Row
from animot.reproduce.atttrack.published import PRINTED
from animot.reproduce.atttrack.staleness import by_gap, off_key_frames
from animot.reproduce.atttrack.summary import Summary


def render_json(summary: Summary) -> str:
    """Fractions, not per cent; frames a second; counts as means over seeds."""
    mixes = {every: summary.mix(every) for every in summary.periods}
    content: dict[str, Any] = {
        "task": asdict(summary.task),
        "seeds": summary.seeds,
        "rows": {row.key: _row(summary, row) for row in summary.results},
        "linear mix": {
            every: _samples(mix) | {"fps": summary.mix_speed(every)}
            for every, mix in mixes.items()
            if mix is not None
        },
        "differences": [
            {"difference": title, "K": every, **_samples(found)}
            for title, every, found in differences(summary)
        ],
        "times": None if summary.times is None else asdict(summary.times),
        "networks": {name: asdict(learned) for name, learned in summary.learned.items()},
        "printed": {data: asdict(printed) for data, printed in PRINTED.items()},
        "cells": [asdict(one) for group in summary.results.values() for one in group],
    }
    return json.dumps(content, indent=1) + "\n"


def _row(summary: Summary, row: Row) -> dict[str, Any]:
    samples, time, results = summary.samples(row), summary.time(row), summary.results[row]
    assert samples is not None
    others = off_key_frames(results)
    return {
        "title": row.method.title,
        "K": row.every,
        **_samples(samples),
        **{name: summary.mean_count(row, name) for name in ("switches", "fp", "fn", "truth")},
        "key frames": summary.key_share(row),
        "fps": None if time is None else time.fps,
        "by frames since the key frame": {i: asdict(s) for i, s in by_gap(results).items()},
        "off key frames": None if others is None else asdict(others),
    }


def _samples(samples: dict[str, Sample]) -> dict[str, Any]:
    return {
        name: {"value": sample.value, "interval": sample.interval}
        for name, sample in samples.items()
    }
