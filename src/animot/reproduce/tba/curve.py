"""The training curve of a run: how validation went (Figs. 5 and 9)."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from animot.training.run_folder import SPEED, VALIDATION


@dataclass(frozen=True, kw_only=True)
class Point:
    """One validation.

    Attributes
    ----------
    step : steps done.
    seconds : of learning until then.
    loss : of Eq. 9, mean over held-out frames.
    explained : part of what moves that is redrawn; None where nothing moves.
    """

    step: int
    seconds: float
    loss: float
    explained: float | None = None


def read_curve(run: Path) -> tuple[Point, ...]:
    """Points of a finished run, from its logs; those whose loss is no number are left out."""
    seconds = {line["step"]: line["seconds"] for line in _lines(run / SPEED)}
    return tuple(
        Point(
            step=line["step"] + 1,  # logs count from 0
            seconds=seconds[line["step"]],
            loss=line["loss"],
            explained=line.get("explained"),
        )
        for line in _lines(run / VALIDATION)
        if math.isfinite(line["loss"])
    )


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
