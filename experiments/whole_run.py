"""Learning to the end, or leaving: nothing is scored or shipped that was interrupted."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from animot.learning import learn
from animot.report.progress import ProgressLine
from animot.saved import Model
from animot.training.loop import Report


def learn_whole(
    inputs: str | Path,
    folder: Path,
    progress: ProgressLine,
    *,
    steps: int,
    seed: int,
    threads: int,
    on_step: Callable[[Report], None] | None = None,
) -> Model:
    """The best model of a run, which goes on where it stopped; leaves the program on Ctrl-C."""
    model = learn(
        inputs,
        folder,
        steps=steps,
        seed=seed,
        threads=threads,
        on_step=on_step or progress.learned,
        say=progress.say,
    )
    if not model.facts["finished"]:
        sys.exit(f"interrupted; the same command goes on from {folder}")
    return model


def facts_to_store(model: Model, steps: int, learned_with: str | None) -> dict[str, Any]:
    """How a model was learned, and with which commit."""
    return {
        "seed": model.facts["seed"],
        "steps": steps,
        "threads": model.facts["threads"],
        "best_step": model.facts["step"],
        "seconds": model.facts["seconds"],
        "commit": learned_with,
    }
