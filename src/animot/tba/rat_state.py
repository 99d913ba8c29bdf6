"""What the trackers carry from frame to frame."""

from dataclasses import dataclass, fields

from jaxtyping import Bool, Float
from torch import Tensor

from animot.tba.motion import Motion


@dataclass(frozen=True, kw_only=True)
class RATState:
    """What the trackers carry from frame to frame.

    Attributes
    ----------
    state : h.
    confidence : y^c of the last frame, 0 for a tracker that did not run.
    motion : of the boxes; used by priors and persistence only.
    """

    state: Float[Tensor, "B I R"]
    confidence: Float[Tensor, "B I"]
    motion: Motion

    def detach(self) -> "RATState":
        """The same state, cut from the graph that made it."""
        return RATState.from_tensors({k: t.detach() for k, t in self.as_tensors().items()})

    def restart(self, rows: Bool[Tensor, " B"]) -> "RATState":
        """The same state, with the trackers of some rows as before their first frame."""
        return RATState.from_tensors(
            {
                name: tensor.masked_fill(rows.view(-1, *[1] * (tensor.dim() - 1)), 0)
                for name, tensor in self.as_tensors().items()
            }
        )

    def as_tensors(self) -> dict[str, Tensor]:
        """All of it by name."""
        return {"state": self.state, "confidence": self.confidence, **vars(self.motion)}

    @classmethod
    def from_tensors(cls, tensors: dict[str, Tensor]) -> "RATState":
        """Back from `as_tensors`."""
        motion = Motion(**{field.name: tensors[field.name] for field in fields(Motion)})
        return cls(state=tensors["state"], confidence=tensors["confidence"], motion=motion)
