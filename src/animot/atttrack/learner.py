"""One learning step of teacher or student, as the learning loop sees it."""

from collections.abc import Callable
from dataclasses import is_dataclass, replace
from typing import Any, Protocol, TypeVar, runtime_checkable

import numpy as np
import torch
from torch import Generator, Tensor

from animot.ailment import Ailment
from animot.atttrack.lessons import OneShotLesson, StudentLesson
from animot.atttrack.pairs import PairBatch
from animot.atttrack.targets import NOBODY

B = TypeVar("B")


@runtime_checkable
class PairBatches(Protocol):
    """Where batches come from: `animot.atttrack.pairs.PairSource`."""

    def batch(self, step: int) -> PairBatch:
        """The pairs of a step."""
        ...


class AttTrackLearner:
    """A lesson as the learning loop sees it (`animot.training.loop.Learner`).

    Parameters
    ----------
    model : the lesson to learn; its device is where everything happens.
    source : of the pairs.
    seed : of the noise on tracks, which is a function of (seed, step).
    held_out : source of the pairs that the model is validated on; None: those it learns from.
    """

    def __init__(
        self,
        model: OneShotLesson | StudentLesson,
        source: PairBatches,
        seed: int,
        *,
        held_out: PairBatches | None = None,
    ) -> None:
        self.model = model
        self.source = source
        self.seed = seed
        self.held_out = source if held_out is None else held_out

    def step(self, step: int) -> dict[str, float]:
        """Add the gradients of a step to the model's; its terms as numbers."""
        terms = self.model.train()(*self._lesson(self.source, step))
        terms["loss"].backward()
        return {name: term.item() for name, term in terms.items()}

    @torch.no_grad()
    def validate(
        self, batches: int, average: Callable[[dict[str, float]], dict[str, float]]
    ) -> dict[str, float]:
        """Mean cost of detection over the first batches that are held out.

        Identities of held-out video are not among those that are learned: they do not count.
        """
        self.model.eval()
        detection = 0.0
        for step in range(batches):
            batch, generator = self._lesson(self.held_out, step)
            unknown = torch.full_like(batch.targets.identity, NOBODY)
            batch = replace(batch, targets=replace(batch.targets, identity=unknown))
            detection += self.model(batch, generator)["detection"].item()
        return average({"loss": detection / batches})

    @property
    def ailments(self) -> tuple[Ailment, ...]:
        """None are known."""
        return ()

    def warm_up_from(self, step: int) -> None:
        """There is no warm-up."""

    def carried(self) -> dict[str, Tensor]:
        """Nothing goes from step to step beside the weights."""
        return {}

    def carry(self, tensors: dict[str, Tensor]) -> None:
        """Go on; ValueError where something else was carried, so that it is another engine's."""
        if tensors:
            raise ValueError(f"{min(tensors)} is carried, and AttTrack carries nothing")

    def _lesson(self, source: PairBatches, step: int) -> tuple[PairBatch, Generator]:
        device = next(self.model.parameters()).device
        generator = Generator(device).manual_seed(_mix(self.seed, step))
        return _to_device(source.batch(step), device), generator


def _to_device(batch: B, device: torch.device) -> B:
    """A dataclass of tensors, and of such dataclasses, on a device."""

    def moved(value: Any) -> Any:
        return _to_device(value, device) if is_dataclass(value) else value.to(device)

    return type(batch)(**{name: moved(value) for name, value in vars(batch).items()})


def _mix(seed: int, step: int) -> int:
    """One seed out of two numbers, so that neighbouring steps and seeds share no noise."""
    return int(np.random.SeedSequence([seed, step]).generate_state(1, np.uint64)[0] >> 1)
