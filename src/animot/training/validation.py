"""Validation: which weights are the best so far, and whether learning still makes them better."""

import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from animot.data.from_json import from_json
from animot.errors import InputError
from animot.training.run_folder import VALIDATION, Log
from animot.training.schedule import TrainingConfig

BEST = "best"
# A validation shows a twentieth of the batches learned from since the last one. Without gradients
# a batch takes less than half the time, so that all of it stays below 3 % of learning.
LEARNED_PER_VALIDATED = 20


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How validation stands; part of each checkpoint's facts.

    Attributes
    ----------
    best_step : steps done when the best weights were found, or None.
    best : what the validation of these weights gave.
    waited : validations since then.
    """

    best_step: int | None = None
    best: dict[str, float] = field(default_factory=dict)
    waited: int = 0

    def after(self, step: int, numbers: dict[str, float]) -> "Standing":
        """Standing after one more validation; a loss that is NaN or infinite is never the best."""
        if numbers["loss"] < self.best.get("loss", math.inf):
            return Standing(best_step=step, best=numbers)
        return Standing(best_step=self.best_step, best=self.best, waited=self.waited + 1)

    def out_of_patience(self, patience: int | None) -> bool:
        """Whether so many validations have brought nothing better."""
        return patience is not None and self.waited >= patience

    @classmethod
    def of(cls, facts: dict[str, Any]) -> "Standing":
        """Back from the facts of a checkpoint; ValueError where they are foreign."""
        return from_json(cls, facts.get("validation", {}))


class Validation:
    """The validations of one session of learning.

    Parameters
    ----------
    config : says how often, and with how much patience.
    folder : of the run; results of all validations go to a log there.
    step : steps done so far.
    facts : of the checkpoint to go on from; empty at the start.
    steps : of the whole run, or None where it is counted in minutes.
    writes : whether this process keeps the log; one of several does.

    Raises
    ------
    InputError : where the facts are foreign.
    """

    def __init__(
        self,
        config: TrainingConfig,
        folder: Path,
        step: int,
        facts: dict[str, Any],
        *,
        steps: int | None = None,
        writes: bool = True,
    ) -> None:
        self.every, self.patience = config.validate_every, config.patience
        learned = self.every if steps is None else min(self.every, steps)
        self.batches = max(1, learned // LEARNED_PER_VALIDATED)
        try:
            self.standing = Standing.of(facts)
        except ValueError as error:
            raise InputError(
                f"{folder}: the checkpoint does not say how validation stood ({error}); "
                "learn again with --overwrite"
            ) from error
        self.log = Log(folder / VALIDATION, step, writes=writes)

    @property
    def gave_up(self) -> bool:
        """Whether learning shall stop early."""
        return self.standing.out_of_patience(self.patience)

    def is_due(self, step: int, progress: float) -> bool:
        """Whether to validate after so many steps, with so much of the budget used."""
        return step % self.every == 0 or progress >= 1

    def add(self, step: int, numbers: dict[str, float]) -> bool:
        """Note what a validation gave; whether these are the best weights so far."""
        self.log.add(step - 1, numbers)
        self.standing = self.standing.after(step, numbers)
        return self.standing.best_step == step

    def facts(self) -> dict[str, Any]:
        """What a checkpoint must say of it."""
        return {"validation": asdict(self.standing)}


def summary(facts: dict[str, Any], patience: int | None) -> list[str]:
    """What the last checkpoint of a finished run says of its quality, in a line each."""
    standing = Standing.of(facts)
    lines = []
    if standing.out_of_patience(patience):
        lines.append(
            f"stopped early, at step {facts['step']}: "
            f"nothing better in {standing.waited} validations"
        )
    if "explained" in standing.best:
        lines.append(
            f"explains {percent(standing.best['explained'])} of what moves "
            f"(the best weights, of step {standing.best_step})"
        )
    return lines


def percent(explained: float) -> str:
    """How much is explained, for people; what does harm explains nothing."""
    return f"{100 * max(explained, 0):.0f} %"
