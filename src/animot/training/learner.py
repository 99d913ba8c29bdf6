"""What the learning loop needs of an engine."""

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from torch import Tensor, nn

from animot.ailment import Ailment


@runtime_checkable
class Learner(Protocol):
    """A model, and how it learns."""

    @property
    def model(self) -> nn.Module:
        """What learns."""
        ...

    def step(self, step: int) -> dict[str, float]:
        """Add the gradients of a step to the model's; the numbers go to log and progress.

        Where several processes learn together, the gradients are means over all of them, the
        numbers those of its own streams.
        """
        ...

    def validate(
        self, batches: int, average: Callable[[dict[str, float]], dict[str, float]]
    ) -> dict[str, float]:
        """Score the model on so many held-out batches, always the same; "loss" is to fall.

        Where several processes learn together, `average` gives means over all of them.
        """
        ...

    def carried(self) -> dict[str, Tensor]:
        """State that goes from step to step beside the weights, one row for each stream."""
        ...

    def carry(self, tensors: dict[str, Tensor]) -> None:
        """Go on from such a state; an empty one is the start. ValueError if it does not fit."""
        ...

    @property
    def ailments(self) -> Sequence[Ailment]:
        """Known ways in which learning may fail; their signs are in the numbers of some steps.

        In all processes that learn together, they are in those of the same steps.
        """
        ...

    def warm_up_from(self, step: int) -> None:
        """Let what helps the first steps, where there is such a thing, begin at a step."""
        ...
