"""The loss that drives learning: redraw the frame, with small boxes."""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from animot.tba.config import TBAConfig
from animot.tba.output import TrackerOutput
from animot.tba.redraw import redrawing_error
from animot.tba.renderer import object_scale, render, sum_premultiplied


@dataclass(frozen=True, kw_only=True)
class Loss:
    """Terms of the loss, each a mean over frames; `total` is their weighted sum."""

    reconstruction: Float[Tensor, ""]
    tightness: Float[Tensor, ""]
    presence: Float[Tensor, ""]
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
    Presence is a departure; its weight is 0 as published.
    """
    area = object_scale(output.pose, config.scale_range).prod(dim=-1)
    ran = (output.confidence > 0).to(area.dtype)
    reconstruction = reconstruction_error(output, frames, background, config)
    tightness = (area * ran).mean()
    presence = (area * output.confidence).sum(dim=1).mean()
    total = (
        reconstruction
        + config.tightness_weight * tightness
        + presence_share * config.presence_weight * presence
    )
    return Loss(reconstruction=reconstruction, tightness=tightness, presence=presence, total=total)


def reconstruction_error(
    output: TrackerOutput,
    frames: Float[Tensor, "B D H W"],
    background: Float[Tensor, "B D H W"],
    config: TBAConfig,
) -> Float[Tensor, ""]:
    """Squared error of the redrawn frames, summed over pixels and channels, mean over frames."""
    if config.premultiply and not config.clamp_reconstruction:
        layers = sum_premultiplied(output, config)
        planar = (pixels.to(layers.dtype).transpose(1, 2) for pixels in (background, frames))
        return redrawing_error(layers, *(pixels.contiguous() for pixels in planar))
    return (render(output, background, config) - frames).square().sum() / len(frames)
