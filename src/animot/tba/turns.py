"""What goes into the trackers' turns within a frame, and what comes out."""

from dataclasses import dataclass

from jaxtyping import Bool, Float, Int
from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class Turns:
    """What the trackers emitted on their turns in one frame; zeros where one did not run."""

    confidence: Float[Tensor, "B I"]
    pose: Float[Tensor, "B I 4"]
    hidden: Float[Tensor, "B I hidden"]
    saliency: Float[Tensor, "B I"]


@dataclass(frozen=True, kw_only=True)
class Ready:
    """What is known of trackers before they take their turns.

    Attributes
    ----------
    slot : which tracker of which row, as an index of the two axes taken as one.
    state : of the last frame.
    key : made from it, as long as it is strong.
    held : whether it was confident.
    waiting : whether it waits for an object that it has lost from sight.
    motion_logits : where its object should be now; 0 where no prior says.
    saliency_weight : how much saliency draws it; 0 where no prior says.
    """

    slot: Int[Tensor, "*turns"]
    state: Float[Tensor, "*turns R"]
    key: Float[Tensor, "*turns S"]
    held: Bool[Tensor, "*turns"]
    waiting: Bool[Tensor, "*turns"]
    motion_logits: Float[Tensor, "*turns M N"]
    saliency_weight: Float[Tensor, "*turns"]

    def by_turn(self) -> "list[Ready]":
        """One for each turn, over all rows."""
        columns = [getattr(self, name).unbind(1) for name in self.__dataclass_fields__]
        names = list(self.__dataclass_fields__)
        return [Ready(**dict(zip(names, turn, strict=True))) for turn in zip(*columns, strict=True)]

    def of(self, rows: Int[Tensor, " n"]) -> "Ready":
        """Only these rows; all of them are taken as they are."""
        if len(rows) == len(self.slot):
            return self
        return Ready(**{name: getattr(self, name)[rows] for name in self.__dataclass_fields__})


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What one tracker did on its turn, in the rows that are still running.

    Attributes
    ----------
    slot : which tracker of which row, as an index of the two axes taken as one.
    memory : as the tracker found it, after those before it had written.
    attention : W, to the memory's cells.
    state, confidence, pose, hidden, saliency : what it made of it.
    """

    slot: Int[Tensor, " n"]
    memory: Float[Tensor, "n M N S"]
    attention: Float[Tensor, "n M N"]
    state: Float[Tensor, "n R"]
    confidence: Float[Tensor, " n"]
    pose: Float[Tensor, "n 4"]
    hidden: Float[Tensor, "n hidden"]
    saliency: Float[Tensor, " n"]

    def keep(self, rows: Bool[Tensor, " n"]) -> "Turn":
        """Only what happened in these rows."""
        return Turn(**{name: getattr(self, name)[rows] for name in self.__dataclass_fields__})
