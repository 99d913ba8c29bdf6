"""The preset `released`: what the authors' program does beyond the paper, in the same sizes."""

from dataclasses import replace

from animot.tba.config import TBAConfig
from animot.tba.departures import AspectRange, GradientLimits
from animot.tba.presets.paper import PAPER_DUKE, PAPER_MNIST, PAPER_SPRITES


def _on_all_data(paper: TBAConfig) -> TBAConfig:
    return replace(
        paper,
        premultiply=True,
        tanh_confidence=True,
        report_at_half=True,
        rounded_priority=True,
        mask_afterwards=True,
        reverse_shift=True,
        gradient_limits=GradientLimits(attention=1.0, memory=1.0, layer=10.0),
        entropy_weight=1.0,
    )


def _on_made_video(paper: TBAConfig) -> TBAConfig:
    return replace(
        _on_all_data(paper),
        shift_margin=2 / 3,
        tightness_weight=13.0,
        appearance_weight=0.1,
        least_appearance=20.0,
    )


RELEASED_SPRITES = replace(
    _on_made_video(PAPER_SPRITES),
    aspect=AspectRange(size_range=0.1, ratio=1.0, ratio_range=0.2),
)

# All outputs of Sec. 2.2 are there, 1574 in all; that of the size has no range.
RELEASED_MNIST = replace(
    _on_made_video(PAPER_MNIST),
    fixed_scale=False,
    unused_outputs=True,
    aspect=AspectRange(size_range=0.0, ratio=1.0, ratio_range=0.0),
)

RELEASED_DUKE = replace(
    _on_all_data(PAPER_DUKE),
    num_trackers=12,
    aspect=AspectRange(size_range=0.55, ratio=1.25, ratio_range=0.3),
    tightness_weight=0.1,
    difference_weight=1.0,
)
