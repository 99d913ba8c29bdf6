"""How a model was learned, for people: what its checkpoint says, and the curves of its run."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from animot.training.run_folder import LOG, VALIDATION
from animot.training.validation import percent

SCORES = ("HOTA", "MOTA", "IDF1")


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A number over the steps of learning; at least two points.

    Attributes
    ----------
    title : what is shown.
    most : value at the upper edge of a chart, or None for the largest one.
    steps : increasing.
    values : one a step.
    """

    title: str
    most: float | None
    steps: tuple[float, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class LearningStory:
    """How learning went.

    Attributes
    ----------
    facts : names and values, in words.
    curves : empty where there is no log.
    """

    facts: tuple[tuple[str, str], ...]
    curves: tuple[Curve, ...]


def learning_story(facts: Mapping[str, Any], run: Path | None) -> LearningStory:
    """What is known of a model's learning; what is missing or damaged is left out.

    Parameters
    ----------
    facts : of the model's checkpoint.
    run : its run folder, or None where it is not known.
    """
    return LearningStory(facts=tuple(_facts(facts)), curves=() if run is None else _curves(run))


def _facts(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    config, scores = _mapping(facts.get("config")), _mapping(facts.get("scores"))
    best = _mapping(_mapping(facts.get("validation")).get("best"))
    told = [
        ("Steps", _in_words(facts.get("step"), "{:,.0f}".format)),
        ("Time of learning", _in_words(facts.get("seconds"), _minutes)),
        ("Explains", _in_words(best.get("explained"), _of_what_moves)),
        ("Working size", _size(config.get("frame_size"))),
        ("Most objects at a time", _in_words(config.get("num_trackers"), "{:.0f}".format)),
        ("Seed", _in_words(facts.get("seed"), "{:.0f}".format)),
        *((f"{name} in its own test", _in_words(scores.get(name), _hundredths)) for name in SCORES),
    ]
    return [(name, value) for name, value in told if value is not None]


def _in_words(value: object, words: Callable[[float], str]) -> str | None:
    """None where the value is no number."""
    number = _number(value)
    return None if number is None else words(number)


def _size(value: object) -> str | None:
    """Of (height, width)."""
    if not isinstance(value, list) or len(value) != 2:
        return None
    height, width = (_in_words(edge, "{:.0f}".format) for edge in value)
    return None if height is None or width is None else f"{width} by {height} pixels"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.1f} minutes"


def _of_what_moves(explained: float) -> str:
    return f"{percent(explained)} of what moves"


def _hundredths(score: float) -> str:
    return f"{100 * score:.1f}"


def _curves(run: Path) -> tuple[Curve, ...]:
    wanted = [
        (LOG, "loss", "Loss", None),
        (VALIDATION, "explained", "Part of what moves that is explained", 1.0),
    ]
    curves = [_curve(run / file, name, title, most) for file, name, title, most in wanted]
    return tuple(curve for curve in curves if len(curve.steps) > 1)


def _curve(path: Path, name: str, title: str, most: float | None) -> Curve:
    """One number of a log; lines without it are passed over."""
    points: list[tuple[float, float]] = []
    if path.is_file():
        with path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                entry = _entry(line)
                step, value = _number(entry.get("step")), _number(entry.get(name))
                if step is not None and value is not None:
                    points.append((step, value))
    points.sort()
    return Curve(
        title=title,
        most=most,
        steps=tuple(step for step, _ in points),
        values=tuple(value for _, value in points),
    )


def _entry(line: str) -> Mapping[str, Any]:
    try:
        return _mapping(json.loads(line))
    except (ValueError, RecursionError):
        return {}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None
