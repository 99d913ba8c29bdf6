"""One learning step: redraw a batch of clips and find the gradient of the loss."""

from dataclasses import fields

import numpy as np
import torch
from jaxtyping import Float
from torch import Generator, Tensor
from torch.nn.parallel import DistributedDataParallel

from animot.ailment import Ailment
from animot.data.clips import ClipSource
from animot.named_tensors import check_fit
from animot.share import ALONE, Share
from animot.tba.ailments import ailments
from animot.tba.constancy import change_of_looks
from animot.tba.explained import Average, explain
from animot.tba.loss import Loss, loss
from animot.tba.model import TBA
from animot.tba.noise import Noise
from animot.tba.output import TrackerOutput
from animot.tba.pixels import to_tensor
from animot.tba.rat_state import RATState
from animot.tba.symptoms import measure
from animot.tba.warm_up import Warmth, hint, see_under_boxes, warm_up

# Frames rendered at once. Their layers fit in the processor's caches, and memory stays bounded.
RENDERED_AT_ONCE = 16
# Signs of health are measured at every so many steps, at which they cost nothing to speak of.
STEPS_BETWEEN_SIGNS = 10


def backpropagate(
    model: TBA,
    output: TrackerOutput,
    frames: Float[Tensor, "B D H W"],
    background: Float[Tensor, "B D H W"],
    further: Float[Tensor, ""] | None = None,
    presence: float = 1.0,
) -> Loss:
    """Add the gradient of the loss of these frames, and of a further term, to the parameters'.

    Rendering needs the most memory by far. It is done a few frames at a time, down to the
    gradient of the tracker outputs, from where one backward pass goes on.
    """
    names = [field.name for field in fields(TrackerOutput)]
    made = [getattr(output, name) for name in names]
    gradients: list[list[Tensor]] = []
    losses: list[Loss] = []
    pieces = zip(
        *(tensor.detach().split(RENDERED_AT_ONCE) for tensor in made),
        frames.split(RENDERED_AT_ONCE),
        background.split(RENDERED_AT_ONCE),
        strict=True,
    )
    for *outputs, seen, behind in pieces:
        leaves = [tensor.requires_grad_() for tensor in outputs]
        piece = TrackerOutput(**dict(zip(names, leaves, strict=True)))
        piece_loss = loss(piece, seen, behind, model.config, presence)
        share = len(seen) / len(frames)
        (piece_loss.total * share).backward()
        gradients.append([_gradient(leaf) for leaf in leaves])
        losses.append(_scale(piece_loss, share))
    whole = [torch.cat(parts) for parts in zip(*gradients, strict=True)]
    reached = [(t, g) for t, g in zip(made, whole, strict=True) if t.requires_grad]
    if further is not None:
        reached.append((further, torch.ones_like(further)))
    torch.autograd.backward([t for t, _ in reached], [g for _, g in reached])
    return _sum(losses)


def _gradient(leaf: Tensor) -> Tensor:
    return torch.zeros_like(leaf) if leaf.grad is None else leaf.grad


def _scale(terms: Loss, share: float) -> Loss:
    return Loss(**{f.name: getattr(terms, f.name).detach() * share for f in fields(Loss)})


def _sum(losses: list[Loss]) -> Loss:
    return Loss(**{f.name: sum(getattr(x, f.name) for x in losses) for f in fields(Loss)})


class TBALearner:
    """Tracking-by-Animation as the learning loop sees it.

    Parameters
    ----------
    model : to learn; its device is where everything happens.
    source : of the clips of this process's streams.
    seed : of the noise that samples masks and layers; noise is a function of (seed, step).
    held_out : source of the clips that the model is validated on; None: those it learns from.
    trackers : of each stream while learning; None: as many as the model has.
    reset_chance : that a step starts all trackers of all streams anew; the steps at which it
        happens are a function of (seed, step), too.
    share : of this process, where several learn together: gradients are means over all of them.
    """

    def __init__(
        self,
        model: TBA,
        source: ClipSource,
        seed: int,
        *,
        held_out: ClipSource | None = None,
        trackers: int | None = None,
        reset_chance: float = 0.0,
        share: Share = ALONE,
    ) -> None:
        self.model = model
        self.source = source
        self.seed = seed
        self.held_out = source if held_out is None else held_out
        self.trackers = trackers
        self.reset_chance = reset_chance
        self.share = share
        # Where no tracker writes to the memory, what makes messages takes no part in a step.
        self._network = (
            model if share.alone else DistributedDataParallel(model, find_unused_parameters=True)
        )
        self._state: RATState | None = None
        self._warm_from = 0

    def step(self, step: int) -> dict[str, float]:
        """Gradients of the clips of a step; the state of the last frame goes to the next step."""
        clips = self.source.batch(step)
        device = next(self.model.parameters()).device
        frames, background = to_tensor(clips.frames, device), to_tensor(clips.background, device)
        state = self._start(len(frames)) if self._state is None else self._state
        restart = clips.restart | _all_anew(self.seed, step, self.reset_chance)
        state = state.restart(torch.from_numpy(restart).to(device))
        noise = Noise(Generator(device).manual_seed(_mix(self.seed, step)), self.share)
        warmth = Warmth.at(step - self._warm_from, self.model.config.warm_up_steps)
        output, after = self._network.train()(
            frames, background, state, noise=noise, end_early=False if warmth else None
        )
        behind = background[:, None].expand_as(frames).flatten(0, 1)
        frames = frames.flatten(0, 1)
        drawn = output
        if warmth:
            output = see_under_boxes(output, frames, behind, self.model.config)
            drawn = warm_up(output, warmth, noise, fixed_mask=self.model.config.fixed_mask)
        terms = backpropagate(
            self.model,
            drawn,
            frames,
            behind,
            further=self._further(output, warmth, len(clips.frames)),
            presence=1 - warmth.sizing if warmth else 1.0,
        )
        self._state = after.detach()
        on = (output.confidence > 0.5).float().sum(dim=1).mean()
        numbers = {
            "loss": float(terms.total),
            "reconstruction": float(terms.reconstruction),
            "area": float(terms.presence),
            "objects_on": float(on),
        }
        # While warm, what is drawn says nothing of what has been learned.
        if warmth or step % STEPS_BETWEEN_SIGNS:
            return numbers
        return numbers | measure(self.model, output, frames, behind, terms.reconstruction)

    @property
    def ailments(self) -> tuple[Ailment, ...]:
        """Known ways in which learning may fail."""
        return ailments(self.model.config)

    def warm_up_from(self, step: int) -> None:
        """Let the warm-up begin at a step."""
        self._warm_from = step

    def _further(
        self, output: TrackerOutput, warmth: Warmth | None, B: int
    ) -> Float[Tensor, ""] | None:
        """What is added to the loss of the frames: hints at first, then that looks shall last."""
        if warmth:
            return hint(output, warmth)
        weight = self.model.config.constancy_weight
        return weight * change_of_looks(output, B) if weight else None

    def validate(self, batches: int, average: Average | None = None) -> dict[str, float]:
        """Score the model on the first batches that are held out; learning is not touched."""
        return explain(self.model, map(self.held_out.batch, range(batches)), average)

    def _start(self, B: int) -> RATState:
        return self.model.start(B, self.trackers)

    def carried(self) -> dict[str, Tensor]:
        """State of the trackers after the last frame, of each of this process's streams."""
        return {} if self._state is None else self._state.as_tensors()

    def carry(self, tensors: dict[str, Tensor]) -> None:
        """Go on from such a state, or from the start; ValueError if it does not fit the model."""
        device = next(self.model.parameters()).device
        here = {name: tensor.to(device) for name, tensor in tensors.items()}
        if here:
            streams = max(len(tensor) for tensor in here.values())
            check_fit(here, self._start(streams).as_tensors())
        self._state = RATState.from_tensors(here) if here else None


def _all_anew(seed: int, step: int, chance: float) -> bool:
    """Whether all trackers start anew at a step."""
    return bool(np.random.default_rng([seed, step, 1]).random() < chance)


def _mix(seed: int, step: int) -> int:
    """One seed out of two numbers, so that neighbouring steps and seeds share no noise."""
    return int(np.random.SeedSequence([seed, step]).generate_state(1, np.uint64)[0] >> 1)
