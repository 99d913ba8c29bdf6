"""Strips: consecutive frames, as each model redraws them (Figs. 6 and 10 of He et al., 2019)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8

from animot.report.panel import Picture, beside, caption, under, with_margin

# Between the trackers' outputs under a frame, in pixels.
BETWEEN_OUTPUTS = 2
NAME_WIDTH = 90


@dataclass(frozen=True, kw_only=True, eq=False)
class Strip:
    """What one model made of N frames.

    Attributes
    ----------
    name : of the model.
    frames : reconstructed.
    outputs : of trackers 1 to I: confidence times mask times appearance. I is 0 for the input.
    """

    name: str
    frames: UInt8[np.ndarray, "N H W 3"]
    outputs: UInt8[np.ndarray, "N I U V 3"]


def input_strip(frames: UInt8[np.ndarray, "N H W 3"]) -> Strip:
    """The frames themselves."""
    return Strip(name="input", frames=frames, outputs=np.zeros((len(frames), 0, 1, 1, 3), np.uint8))


def draw_strips(strips: Sequence[Strip]) -> Picture:
    """Below each other: of each its name, its frames, and under each frame the outputs.

    All strips show the same frames.
    """
    return with_margin(under([_draw(strip) for strip in strips]))


def _draw(strip: Strip) -> Picture:
    columns = [
        under([frame, beside(list(outputs), BETWEEN_OUTPUTS)]) if len(outputs) else frame
        for frame, outputs in zip(strip.frames, strip.outputs, strict=True)
    ]
    return beside([caption(strip.name, NAME_WIDTH), *columns])
