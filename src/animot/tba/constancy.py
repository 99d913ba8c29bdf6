"""Objects keep their looks: a term of the loss over the frames of a clip. A departure.

Nothing in the redrawing error says which tracker is to draw which object. Two that cross may
change places at no cost, if each at once draws what it has come upon. With this term a change of
looks has a cost, so that a tracker learns to stay with what it holds.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from animot.tba.output import TrackerOutput

# How much of the remembered look is kept when the object is seen again.
KEPT = 0.7


def change_of_looks(output: TrackerOutput, B: int) -> Float[Tensor, ""]:
    """Squared change of mask times appearance, summed over pixels and trackers, mean over frames.

    What a tracker that is confident draws is compared with what it drew in the frames of the clip
    in which it was confident before, the later ones counting more. That memory is given: only
    the new look learns.

    Parameters
    ----------
    output : of B clips, whose frames lie one after another.
    """
    look = (output.mask * output.appearance).unflatten(0, (B, -1)).flatten(3)
    look = look.to(torch.promote_types(look.dtype, torch.float32))
    held = (output.confidence.detach() > 0.5).unflatten(0, (B, -1))
    memory, known = look[:, 0].detach(), held[:, 0]
    cost = look.new_zeros(())
    for now, on in zip(look.unbind(1)[1:], held.unbind(1)[1:], strict=True):
        cost = cost + ((now - memory).square().sum(dim=2) * (on & known)).sum()
        memory = _remember(memory, now.detach(), on, known)
        known = known | on
    return cost / len(output.confidence)


def _remember(
    memory: Float[Tensor, "B I P"],
    now: Float[Tensor, "B I P"],
    on: Bool[Tensor, "B I"],
    known: Bool[Tensor, "B I"],
) -> Float[Tensor, "B I P"]:
    kept = torch.where(known, KEPT, 0.0)[..., None]
    return torch.where(on[..., None], kept * memory + (1 - kept) * now, memory)
