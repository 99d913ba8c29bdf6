"""The loss that drives learning: redraw the frame, with small boxes."""

from collections.abc import Callable
from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from animot.tba.config import TBAConfig
from animot.tba.geometry import object_scale
from animot.tba.opaque import as_if_sure
from animot.tba.output import TrackerOutput
from animot.tba.program_terms import difference_error, program_terms
from animot.tba.redraw import Redrawing
from animot.tba.renderer import render


@dataclass(frozen=True, kw_only=True)
class Loss:
    """Terms of the loss, each a mean over frames; `total` is their weighted sum.

    Attributes
    ----------
    reconstruction : squared error of the redrawn frames.
    tightness : mean area of the boxes, in patches.
    presence : sum over trackers of confidence times area.
    opaque : squared error of the frames as sure trackers would redraw them, already weighted.
    program : what else the authors' program has, already weighted.
    """

    reconstruction: Float[Tensor, ""]
    tightness: Float[Tensor, ""]
    presence: Float[Tensor, ""]
    opaque: Float[Tensor, ""]
    program: Float[Tensor, ""]
    total: Float[Tensor, ""]


def loss(
    output: TrackerOutput,
    frames: Float[Tensor, "B D H W"],
    background: Float[Tensor, "B D H W"],
    config: TBAConfig,
    presence_share: float = 1.0,
) -> Loss:
    """Reconstruction error plus tightness.

    He et al. (2019) Eq. (9). The paper does not state how its squared error is reduced; here it
    is summed over pixels and channels, as a mean would be swamped by the tightness term.
    Presence, the opaque error and the program's terms are departures; their weights are 0 as
    published.
    """
    area = object_scale(output.pose, config).prod(dim=-1)
    ran = output.confidence > 0
    redraw = _redrawing(output, frames, background, config)
    reconstruction = redraw(output)
    tightness = (area * ran).mean()
    presence = (area * output.confidence).sum(dim=1).mean()
    opaque = reconstruction.new_zeros(())
    if config.opaque_weight:
        opaque = config.opaque_weight * redraw(as_if_sure(output))
    program = program_terms(output, ran, config)
    total = (
        reconstruction
        + opaque
        + config.tightness_weight * tightness
        + presence_share * config.presence_weight * presence
        + program
    )
    return Loss(
        reconstruction=reconstruction,
        tightness=tightness,
        presence=presence,
        opaque=opaque,
        program=program,
        total=total,
    )


def _redrawing(
    output: TrackerOutput,
    frames: Float[Tensor, "B D H W"],
    background: Float[Tensor, "B D H W"],
    config: TBAConfig,
) -> Callable[[TrackerOutput], Float[Tensor, ""]]:
    """Squared error of the redrawn frames, summed over pixels and channels, mean over frames.

    A function of outputs that differ from those given here in their confidence alone. With
    `difference_weight`, the error of the frames' difference to the background is part of it.
    """
    if not config.difference_weight:
        redrawing = Redrawing(output, frames, background, config)
        return lambda drawn: redrawing.error(drawn.confidence, drawn.layer)

    def error(drawn: TrackerOutput) -> Float[Tensor, ""]:
        rendered = render(drawn, background, config)
        plain = (rendered - frames).square().sum() / len(frames)
        return plain + config.difference_weight * difference_error(rendered, frames, background)

    return error
