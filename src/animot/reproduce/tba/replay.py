"""A model at work on test video, frame by frame: what figures show of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from animot.data.split import TEST_STREAM
from animot.report.attention import Look
from animot.report.strips import Strip
from animot.reproduce.tba.published import Experiment
from animot.saved import Model
from animot.tba.model import TBA
from animot.tba.output import TrackerOutput
from animot.tba.pixels import to_tensor
from animot.tba.rat_state import RATState
from animot.tba.renderer import render
from animot.tba.turns import Turn


def shown_video(experiment: Experiment, digits: Path | None) -> UInt8[np.ndarray, "T H W D"]:
    """Frames of the test video, from the first to the last one that figures show."""
    made = experiment.test(digits)
    return made.clip([TEST_STREAM], 0, experiment.shown.stop).frames[0]


@dataclass(frozen=True, kw_only=True, eq=False)
class Seen:
    """What a model did in a frame.

    Attributes
    ----------
    turns : of its trackers, in their order.
    output : of all trackers.
    reconstruction : drawn from it.
    """

    turns: list[Turn]
    output: TrackerOutput
    reconstruction: Float[Tensor, "1 D H W"]


def strip_of(name: str, model: Model, frames: UInt8[np.ndarray, "T H W D"], shown: range) -> Strip:
    """Reconstructions and tracker outputs, confidence times mask times appearance (Figs. 6, 10)."""
    seen = [frame for index, frame in enumerate(replay(model, frames)) if index in shown]
    outputs = [
        frame.output.confidence[0, :, None, None, None]
        * frame.output.mask[0]
        * frame.output.appearance[0]
        for frame in seen
    ]
    return Strip(
        name=name,
        frames=to_rgb(torch.cat([frame.reconstruction for frame in seen])),
        outputs=to_rgb(torch.stack(outputs)),
    )


def looks_of(model: Model, frames: UInt8[np.ndarray, "T H W D"], shown: range) -> list[list[Look]]:
    """For each frame shown, what each tracker found in the memory and changed there (Fig. 8)."""
    with torch.inference_mode():
        empty, _ = model.network.see(_background(model), _background(model))
    return [
        _looks(frame.turns, empty, model.network.config.num_trackers)
        for index, frame in enumerate(replay(model, frames))
        if index in shown
    ]


def replay(model: Model, frames: UInt8[np.ndarray, "T H W D"]) -> Iterator[Seen]:
    """Let a model see consecutive frames from its start on, as in tracking."""
    network, background = model.network.eval(), _background(model)
    state = network.start(1)
    for frame in frames:
        state, seen = _one_frame(network, to_tensor(frame[None]), background, state)
        yield seen


@torch.inference_mode()
def _one_frame(
    network: TBA,
    frame: Float[Tensor, "1 D H W"],
    background: Float[Tensor, "1 D H W"],
    before: RATState,
) -> tuple[RATState, Seen]:
    memory, saliency = network.see(frame, background)
    early = network.config.adaptive_computation
    turns = network.rat.take_turns(before, memory, saliency, end_early=early)
    state, emitted = network.rat.collect(before, turns)
    output = network.emit([emitted], None)
    drawn = render(output, background, network.config).clamp(0, 1)
    return state, Seen(turns=turns, output=output, reconstruction=drawn)


def _background(model: Model) -> Float[Tensor, "1 D H W"]:
    return to_tensor(model.cameras[0].background[None])


def _looks(turns: list[Turn], empty: Float[Tensor, "1 M N S"], num_trackers: int) -> list[Look]:
    """What is to be seen in the memory is its distance from that of an empty scene."""
    turns = [turn for turn in turns if len(turn.slot)]  # of one stream; some dropped out
    found = [turn.memory for turn in turns]
    left = [*found[1:], found[-1]]  # the last one does not write
    return [
        Look(
            tracker=int(turn.slot[0]) % num_trackers,
            confidence=float(turn.confidence[0]),
            memory=_length(turn.memory - empty),
            attention=turn.attention[0].float().numpy(),
            change=_length(after - turn.memory),
        )
        for turn, after in zip(turns, left, strict=True)
    ]


def _length(difference: Float[Tensor, "1 M N S"]) -> Float[np.ndarray, "M N"]:
    return difference[0].float().norm(dim=-1).numpy()


def to_rgb(images: Float[Tensor, "*any D H W"]) -> UInt8[np.ndarray, "*any H W 3"]:
    """Pixels in 0..255 from images in [0, 1]."""
    return rgb_of(images.mul(255).round().byte().movedim(-3, -1).numpy())


def rgb_of(pixels: UInt8[np.ndarray, "*any H W D"]) -> UInt8[np.ndarray, "*any H W 3"]:
    """Grey becomes three equal channels."""
    return pixels if pixels.shape[-1] == 3 else np.repeat(pixels, 3, axis=-1)
