"""The first learning steps, in which trackers must draw before they know how. A departure.

An untrained tracker draws badly, so that drawing nothing is better: confidences, masks and boxes
shrink to nothing, and with them every gradient. So a tracker first draws where its attention lies
on something that differs from the background, and only there, with a box of the patch's size and
an elliptic mask. Where the mask is fixed, its appearance is darkened towards the border instead:
a digit does not fill its patch, and a box that lies beside what it draws is led astray.

Meanwhile its confidence learns to say whether there is such a thing. In the second third of the
warm-up confidence and mask become free, in the last third the box's size. No label is used: the
difference to the background is in the video.
"""

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from animot.tba.config import TBAConfig
from animot.tba.noise import Noise
from animot.tba.output import TrackerOutput
from animot.tba.priors import saliency_at, saliency_map

# Where the saliency under the attention is at least this, there clearly is something.
CLEARLY_SALIENT = 0.1
# Weight of the confidence's cross-entropy, against a squared error of tens to hundreds per object.
HINT_WEIGHT = 10.0


@dataclass(frozen=True, kw_only=True)
class Warmth:
    """How far the outputs are still fixed, from 1 to 0.

    Attributes
    ----------
    drawing : confidence and mask.
    sizing : size of the box; its cost counts as far as it is free.
    """

    drawing: float
    sizing: float

    @classmethod
    def at(cls, step: int, steps: int) -> "Warmth | None":
        """Warmth at a step of a warm-up of so many steps; None when it is over."""
        if step >= steps:
            return None
        thirds = 3 * step / steps
        return cls(drawing=min(1.0, max(0.0, 2 - thirds)), sizing=min(1.0, 3 - thirds))


def see_under_boxes(
    output: TrackerOutput,
    frames: Float[Tensor, "B D H W"],
    background: Float[Tensor, "B D H W"],
    config: TBAConfig,
) -> TrackerOutput:
    """Outputs with the saliency where their boxes lie, for models whose attention has no priors.

    Such a model (TBAc-noAtt has to be one) looks nowhere in particular, so what counts is whether
    there is something where it draws.
    """
    if config.priors is not None:
        return output
    saliency = saliency_map(frames, background, config.map_size)
    return replace(output, saliency=saliency_at(saliency, output.pose[..., 2:].detach()))


def presence_target(saliency: Float[Tensor, "B I"]) -> Float[Tensor, "B I"]:
    """Whether the attention lies on something, from 0 to 1."""
    return (saliency / CLEARLY_SALIENT).clamp(max=1)


def warm_up(
    output: TrackerOutput, warmth: Warmth, noise: Noise, *, fixed_mask: bool
) -> TrackerOutput:
    """Outputs moved towards what is sure to draw something; a fixed mask stays as it is."""
    target = presence_target(output.saliency)
    scale, shift = output.pose.split(2, dim=-1)
    mask, appearance = output.mask, output.appearance
    if fixed_mask:
        middle = (-2 * _squared_radius(mask)).exp()
        appearance = torch.lerp(appearance, appearance * middle, warmth.drawing)
    else:
        mask = _some_elliptic(mask, warmth.drawing, noise)
    return replace(
        output,
        confidence=torch.lerp(output.confidence, target, warmth.drawing),
        pose=torch.cat([(1 - warmth.sizing) * scale, shift], dim=-1),
        mask=mask,
        appearance=appearance,
    )


def hint(output: TrackerOutput, warmth: Warmth) -> Float[Tensor, ""]:
    """Cross-entropy of the confidence with whether there is something; mean over frames."""
    target = presence_target(output.saliency)
    entropy = F.binary_cross_entropy(output.confidence, target, reduction="sum")
    return warmth.drawing * HINT_WEIGHT * entropy / len(target)


def _some_elliptic(
    mask: Float[Tensor, "B I 1 U V"], share: float, noise: Noise
) -> Float[Tensor, "B I 1 U V"]:
    """Masks, a random share of them replaced by a full ellipse."""
    B, I = mask.shape[:2]
    ellipse = (_squared_radius(mask) <= 1).to(mask.dtype)
    chosen = noise.uniform((B, I, 1, 1, 1)) < share
    return torch.where(chosen, ellipse, mask)


def _squared_radius(patches: Float[Tensor, "B I C U V"]) -> Float[Tensor, "U V"]:
    """Of each patch pixel from the middle: 1 where the sides are met, 2 in the corners."""
    U, V = patches.shape[-2:]
    y = ((torch.arange(U, device=patches.device) + 0.5) / U * 2 - 1).square()[:, None]
    x = ((torch.arange(V, device=patches.device) + 0.5) / V * 2 - 1).square()
    return (x + y).to(patches.dtype)
