"""The learning loop: steps, checkpoints, log, and what may interrupt it."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from animot.errors import InputError
from animot.training import checkpoint
from animot.training.checkpoint import Checkpoint
from animot.training.distributed import Team
from animot.training.doctor import Doctor
from animot.training.interrupts import interrupts
from animot.training.learner import Learner
from animot.training.memory import enough_memory
from animot.training.restore import optimizer_tensors, restore
from animot.training.run_folder import LOG, SPEED, Log
from animot.training.schedule import Budget, TrainingConfig
from animot.training.validation import BEST, Validation

NAME = "checkpoint"
SECONDS_BETWEEN_CHECKPOINTS = 30.0
# A gradient that is not finite is skipped; so many in a row are no accident.
MOST_BAD_STEPS = 20


@dataclass(frozen=True, kw_only=True)
class Report:
    """How learning stands after a step.

    Attributes
    ----------
    step : steps done.
    progress : part of the budget that is used, from 0 to 1.
    seconds, seconds_left : of learning.
    frames_per_second : learned from, on average in this session.
    numbers : of the last step.
    validation : numbers of the best weights so far; empty before the first validation.
    findings : of the training doctor, in a line each; mostly none.
    """

    step: int
    progress: float
    seconds: float
    seconds_left: float
    frames_per_second: float
    numbers: dict[str, float]
    validation: dict[str, float] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)


def learn(
    learner: Learner,
    config: TrainingConfig,
    budget: Budget,
    folder: Path,
    facts: dict[str, Any],
    constants: dict[str, Tensor] | None = None,
    on_step: Callable[[Report], None] | None = None,
    team: Team | None = None,
) -> bool:
    """Learn until the budget is used, or until validation says that nothing gets better.

    Goes on from the folder's checkpoint if there is one; keeps the best weights beside it.

    Parameters
    ----------
    learner : of an engine.
    folder : locked for this run.
    facts, constants : stored with each checkpoint, so that the model can be built again.
    on_step : called after each step.
    team : of the processes that learn together, all of which call this; None: there is only one.

    Returns
    -------
    Whether learning is over; False after an interrupt (Ctrl-C or SIGTERM), with all saved.
    """
    optimizer = torch.optim.Adam(
        learner.model.parameters(),
        lr=config.learning_rate,
        betas=config.betas,
        weight_decay=config.weight_decay,
    )
    team = team or Team()
    run = _Run(learner, optimizer, config, budget, folder, facts, constants or {}, team)
    run.resume()
    # A launcher repeats signals that the terminal has sent already: there, the first one counts.
    with interrupts(insistent=team.share.alone) as interrupted:
        while not run.over and not team.any(bool(interrupted)):
            report = run.step()
            if on_step is not None:
                on_step(report)
        run.save()  # in here, so that a signal does not cut it off
    return run.over


def has_checkpoint(folder: Path) -> bool:
    """Whether there is something to go on from."""
    return (folder / f"{NAME}.json").exists()


class _Run:
    """The state of one session of learning, in one of its processes."""

    def __init__(
        self,
        learner: Learner,
        optimizer: torch.optim.Adam,
        config: TrainingConfig,
        budget: Budget,
        folder: Path,
        facts: dict[str, Any],
        constants: dict[str, Tensor],
        team: Team,
    ) -> None:
        self.learner, self.optimizer, self.config = learner, optimizer, config
        self.budget, self.folder, self.facts, self.constants = budget, folder, facts, constants
        self.team = team
        self.done = 0
        self.seconds = 0.0
        self.bad_steps = 0
        self.done_before = 0
        self.seconds_before = 0.0
        self.seconds_saved = 0.0

    @property
    def progress(self) -> float:
        return self.budget.progress(self.done, self.seconds)

    @property
    def over(self) -> bool:
        return self.progress >= 1 or self.validation.gave_up

    def resume(self) -> None:
        self.team.in_turn(self._load)
        if len(set(self.team.texts(str(self.done)))) > 1:
            raise InputError(
                f"{self.folder}: not all processes find the same run there; give a folder on a "
                "disk that all machines share"
            )
        self.done_before = self.done
        self.seconds_before = self.seconds_saved = self.seconds

    def _load(self) -> None:
        facts: dict[str, Any] = {}
        if has_checkpoint(self.folder):
            found = checkpoint.load(self.folder, NAME)
            position = restore(
                self.learner.model,
                self.optimizer,
                lambda carried: self.learner.carry(self.team.own(carried)),
                found,
                self.config.batch_size,
                self.folder / f"{NAME}.json",
            )
            self.done, self.seconds = position.step, position.seconds
            facts = found.facts
        else:
            self.learner.carry({})
        writes = self.team.share.first
        self.log = Log(self.folder / LOG, self.done, writes=writes)
        self.speed = Log(self.folder / SPEED, self.done, writes=writes)
        self.validation = Validation(
            self.config, self.folder, self.done, facts, steps=self.budget.steps, writes=writes
        )
        self.doctor = Doctor(self.learner.ailments, self.config.re_warms, self.folder, facts)
        self.learner.warm_up_from(self.doctor.history.warm_from)

    def step(self) -> Report:
        begin = time.monotonic()
        rate = self.config.rate(self.done, self.progress)
        with enough_memory():
            numbers = self.learner.step(self.done) | {"learning_rate": rate}
        numbers["gradient_norm"] = self._update(rate)
        # Time, too: the learning rate, the end and the checkpoints hang on it in all processes.
        numbers = self.team.average(numbers | {"seconds": time.monotonic() - begin})
        self.seconds += numbers.pop("seconds")
        self.done += 1
        findings = self._examine(numbers)
        if self.validation.is_due(self.done, self.progress):
            self._validate()
        report = self._report(numbers, findings)
        self.speed.add(
            self.done - 1, {"seconds": self.seconds, "frames_per_second": report.frames_per_second}
        )
        if self.seconds - self.seconds_saved > SECONDS_BETWEEN_CHECKPOINTS:
            self.save()
        return report

    def _examine(self, numbers: dict[str, float]) -> list[str]:
        warm_from = self.doctor.history.warm_from
        findings = self.doctor.examine(self.done, numbers)
        self.log.add(self.done - 1, numbers | ({"findings": findings} if findings else {}))
        if self.doctor.history.warm_from != warm_from:
            self.learner.warm_up_from(self.done)
            self.learner.carry({})
        return findings

    def _validate(self) -> None:
        begin = time.monotonic()
        with enough_memory():
            numbers = self.learner.validate(self.validation.batches, self.team.average)
        best = self.validation.add(self.done, numbers)
        self.seconds += self.team.average({"seconds": time.monotonic() - begin})["seconds"]
        if best:
            content = self._content()
            self.team.in_turn(lambda: self._write(content, BEST))

    def _update(self, rate: float) -> float:
        limit = self.config.gradient_norm
        norm = float(
            nn.utils.clip_grad_norm_(
                self.learner.model.parameters(), math.inf if limit is None else limit
            )
        )
        if math.isfinite(norm):
            self.bad_steps = 0
            for group in self.optimizer.param_groups:
                group["lr"] = rate
            self.optimizer.step()
        else:
            self._forget_bad_step()
        self.optimizer.zero_grad(set_to_none=True)
        return norm

    def _forget_bad_step(self) -> None:
        """Leave the weights as the last good step left them, and start the trackers anew."""
        self.bad_steps += 1
        if self.bad_steps >= MOST_BAD_STEPS:
            self.save()
            raise InputError(
                f"{self.folder}: {self.bad_steps} steps in a row had no finite gradient; the last "
                "good weights are saved; look at the video, or learn with another --seed"
            )
        self.learner.carry({})

    def _report(self, numbers: dict[str, float], findings: list[str]) -> Report:
        frames = (self.done - self.done_before) * self.config.batch_size * self.config.clip_length
        return Report(
            step=self.done,
            progress=self.progress,
            seconds=self.seconds,
            seconds_left=self.budget.seconds_left(self.done, self.seconds),
            frames_per_second=frames / max(self.seconds - self.seconds_before, 1e-9),
            numbers=numbers,
            validation=self.validation.standing.best,
            findings=findings,
        )

    def save(self) -> None:
        content = self._content()
        self.team.in_turn(self._flush)
        self.team.in_turn(lambda: self._write(content, NAME))
        self.seconds_saved = self.seconds

    def _content(self) -> Checkpoint:
        tensors = {f"model/{k}": v for k, v in self.learner.model.state_dict().items()}
        tensors |= {f"optimizer/{k}": v for k, v in optimizer_tensors(self.optimizer).items()}
        carried = self.team.gather(self.learner.carried())
        tensors |= {f"carried/{k}": v for k, v in carried.items()}
        tensors |= self.constants
        facts = {**self.facts, "step": self.done, "seconds": self.seconds}
        return Checkpoint(
            tensors=tensors, facts=facts | self.validation.facts() | self.doctor.facts()
        )

    def _flush(self) -> None:
        for log in (self.log, self.speed, self.validation.log):
            log.flush()

    def _write(self, content: Checkpoint, name: str) -> None:
        if self.team.share.first:
            checkpoint.save(content, self.folder, name)
