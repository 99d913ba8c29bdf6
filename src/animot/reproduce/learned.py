"""How a network of a reproduction was learned: what its checkpoints say of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from animot.reproduce.source import commit
from animot.training import checkpoint, loop


@dataclass(frozen=True, kw_only=True)
class Learned:
    """How a network was learned.

    Attributes
    ----------
    steps, frames, seconds : in all; of pairs of frames, the pairs count.
    best_step : of the weights that are scored, those with the lowest validation loss.
    threads, dtype : that sums depend on.
    animot, torch : versions.
    commit : of animot's source, None where it was installed; "-dirty" where it was edited.
    """

    steps: int
    frames: int
    seconds: float
    best_step: int
    threads: int
    dtype: str
    animot: str
    torch: str
    commit: str | None


def learned_of(run: Path, best: Mapping[str, Any]) -> Learned:
    """How a run learned that is finished.

    How long it took is in the last checkpoint, which weights were best in the best one.

    Parameters
    ----------
    run : its folder.
    best : facts of the best checkpoint.
    """
    last = checkpoint.load(run, loop.NAME).facts
    training = last["training"]
    return Learned(
        steps=last["step"],
        frames=last["step"] * training["batch_size"] * training["clip_length"],
        seconds=last["seconds"],
        best_step=best["step"],
        threads=last["threads"],
        dtype=last["dtype"],
        animot=version("animot"),
        torch=torch.__version__,
        commit=commit(),
    )
