"""Where the boxes of trackers are and move to, also while an object is out of sight. A departure.

A tracker whose confidence falls below 0.5 may have lost an object that is still there, behind
another one. With `Persistence` it waits: its box moves on as it did, it looks for the object
there before free trackers may take it, and it keeps its identity. It waits a few frames; longer
where boxes of held objects cover its box, as then the object is hidden rather than gone. A second
tracker on an object that another one holds has nothing to wait for when it lets go: its box has
never been seen apart. Nor does a look at a covered object make it wait anew. What comes in where
an object has just left the frame is another object.
"""

from dataclasses import dataclass, replace

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from animot.tba.departures import AttentionPriors, Persistence


@dataclass(frozen=True, kw_only=True)
class Motion:
    """Where each tracker's box was, and how it moves, in units of half a frame.

    Attributes
    ----------
    centre : x and y of the middle of the box from the middle of the frame.
    velocity : smoothed displacement of the centre per frame.
    size : width and height of the box; 0 without persistence.
    patience : frames for which a tracker would wait from now on for an object out of sight; 0
        where it has none, or none waits.
    hidden : 1 where the tracker waits for an object that others cover, else 0.
    """

    centre: Float[Tensor, "B I 2"]
    velocity: Float[Tensor, "B I 2"]
    size: Float[Tensor, "B I 2"]
    patience: Float[Tensor, "B I"]
    hidden: Float[Tensor, "B I"]

    @classmethod
    def start(cls, B: int, I: int, like: Tensor) -> "Motion":
        """Before the first frame: nothing moves, nothing waits."""
        pair = like.new_zeros(B, I, 2)
        single = like.new_zeros(B, I)
        return cls(centre=pair, size=pair, velocity=pair, patience=single, hidden=single)

    @property
    def expected(self) -> Float[Tensor, "B I 2"]:
        """Where the centre of each box should be in the next frame."""
        return self.centre + self.velocity


def update_motion(
    before: Motion,
    centre: Float[Tensor, "B I 2"],
    was_known: Bool[Tensor, "B I"],
    priors: AttentionPriors,
) -> Motion:
    """Motion after a frame; the velocity of an object seen for the first time is zero.

    Parameters
    ----------
    centre : of the boxes in this frame.
    was_known : trackers that held an object before, or waited for one.
    """
    step = centre - before.centre
    kept = priors.velocity_kept
    velocity = (kept * before.velocity + (1 - kept) * step) * was_known[..., None]
    return replace(before, centre=centre, velocity=velocity)


def wait(
    moved: Motion,
    before: Motion,
    size: Float[Tensor, "B I 2"],
    held: Bool[Tensor, "B I"],
    persistence: Persistence,
) -> Motion:
    """Motion after a frame in which some trackers may have lost their objects.

    Parameters
    ----------
    moved : what `update_motion` gave.
    before : motion before the frame.
    size : width and height of the boxes in this frame, in half frames.
    held : trackers that hold an object now.
    """
    centre = torch.where(held[..., None], moved.centre, before.expected)
    size = torch.where(held[..., None], size, before.size)
    covered = covered_share(centre, size, held) > persistence.hidden_overlap
    used = torch.where(covered, persistence.hidden_cost, 1.0)
    left = (before.patience - used).clamp(min=0)
    waiting = ~held & (left > 0)
    return Motion(
        centre=torch.where(waiting[..., None], centre, moved.centre),
        size=size,
        velocity=torch.where(waiting[..., None], before.velocity, moved.velocity),
        patience=torch.where(held, _granted(before, covered, persistence), left),
        hidden=(waiting & covered).to(size.dtype),
    )


def _granted(
    before: Motion, covered: Bool[Tensor, "B I"], persistence: Persistence
) -> Float[Tensor, "B I"]:
    """Patience with the object of a tracker that holds one."""
    full = torch.full_like(before.patience, persistence.patience)
    if not persistence.seen_apart:
        return full
    return torch.where(covered, before.patience, full)


def has_left(motion: Motion, persistence: Persistence) -> Bool[Tensor, "B I"]:
    """Whether each box is about to be out of the frame by too much to be waited for."""
    outwards = motion.expected * motion.velocity > 0
    beyond = motion.expected.abs() + motion.size / 2 - 1
    return (outwards & (beyond > persistence.left_share * motion.size)).any(dim=-1)


def covered_share(
    centre: Float[Tensor, "B I 2"], size: Float[Tensor, "B I 2"], held: Bool[Tensor, "B I"]
) -> Float[Tensor, "B I"]:
    """Largest part of each box that the box of one held object covers, its own aside."""
    apart = (centre[:, :, None] - centre[:, None]).abs()
    shared = (size[:, :, None] + size[:, None]) / 2 - apart
    shared = shared.clamp(min=0).minimum(size[:, :, None]).minimum(size[:, None]).prod(dim=-1)
    myself = torch.eye(held.shape[1], dtype=torch.bool, device=held.device)
    shared = shared.masked_fill(myself | ~held[:, None], 0).amax(dim=2)
    return shared / size.prod(dim=-1).clamp(min=torch.finfo(size.dtype).tiny)
