"""The squared error of redrawn frames, fused: the same numbers as rendering and comparing.

Composing layers is bound by memory. Here forward and backward are written out, so that each
plane is touched as few times as possible; `renderer.composite_frame` is the plain form.
"""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.autograd import Function


class _SquaredError(Function):
    @staticmethod
    def forward(
        ctx: Any, layers: Tensor, background: Tensor, frames: Tensor, clamp: bool
    ) -> Tensor:
        drawn = background
        below: list[Tensor] = []
        for layer in layers.unbind(1):
            mask, foreground = layer[:, :, :1].clamp(max=1), layer[:, :, 1:]
            below.append(drawn)
            drawn = torch.addcmul(drawn + foreground, mask, drawn, value=-1)  # Eq. (8)
        shown = drawn.clamp(0, 1) if clamp else drawn
        error = shown - frames
        at_least_single = torch.promote_types(error.dtype, torch.float32)
        squared = torch.linalg.vector_norm(error, dtype=at_least_single).square()
        if clamp:
            error.mul_(drawn == shown)  # no gradient where the drawing is clamped
        ctx.save_for_backward(layers, error, *below)
        return squared / len(frames)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None, None]:
        layers, error, *below = ctx.saved_tensors
        at_drawn = error * (2 * gradients[0] / len(error)).to(error.dtype)
        at_layers = torch.empty_like(layers)
        for k in reversed(range(layers.shape[1])):
            mask = layers[:, k, :, :1]
            at_layers[:, k, :, 1:] = at_drawn
            at_mask = at_layers[:, k, :, :1]
            torch.sum(at_drawn * below[k], dim=2, keepdim=True, out=at_mask)
            at_mask.neg_().mul_(mask <= 1)  # no gradient where the mask is clamped
            at_drawn = torch.addcmul(at_drawn, at_drawn, mask.clamp(max=1), value=-1)
        return at_layers, None, None, None


def redrawing_error(
    layers: Float[Tensor, "B K H C W"],
    background: Float[Tensor, "B H D W"],
    frames: Float[Tensor, "B H D W"],
    *,
    clamp: bool = False,
) -> Float[Tensor, ""]:
    """Squared error of the composed layers, summed over pixels and channels, mean over frames.

    Parameters
    ----------
    layers : mask (not clamped yet) and foreground, C = 1 + D.
    background, frames : of the same type as the layers; they get no gradient.
    clamp : clamp what is drawn to [0, 1] before it is compared.

    He et al. (2019), equations 6 to 9 from the sums over trackers on.
    """
    error: Tensor = _SquaredError.apply(  # type: ignore[no-untyped-call]
        layers, background, frames, clamp
    )
    return error
