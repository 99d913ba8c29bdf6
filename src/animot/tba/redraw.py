"""The squared error of redrawn frames: the same numbers as rendering and comparing, in less time.

Frames are compared where trackers draw; elsewhere they show the background. And composing layers
is bound by memory: here forward and backward are written out, so that each plane is touched as few
times as possible. `renderer.render` is the plain form.
"""

from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.autograd import Function
from torch.nn.functional import mse_loss

from animot.tba.config import TBAConfig
from animot.tba.output import TrackerOutput
from animot.tba.windows import draw_windows, sum_windows, touched


class Redrawing:
    """Frames that trackers redraw.

    Parameters
    ----------
    output : of the trackers.
    frames, background : that they saw, in [0, 1].
    config : of the model.
    """

    def __init__(
        self,
        output: TrackerOutput,
        frames: Float[Tensor, "B D H W"],
        background: Float[Tensor, "B D H W"],
        config: TBAConfig,
    ) -> None:
        self.windows = draw_windows(output, config)
        self.clamp = config.clamp_reconstruction
        self.B = len(frames)
        here, self.slot = touched(self.windows, frames[:, 0].numel())
        self.frames, self.background = planes_at(here, frames), planes_at(here, background)
        self.elsewhere = self._behind(frames, background) - self._behind(
            self.frames, self.background
        )

    def error(
        self, confidence: Float[Tensor, "B I"], layer: Float[Tensor, "B I K"]
    ) -> Float[Tensor, ""]:
        """Squared error, summed over pixels and channels, mean over frames.

        He et al. (2019), equations 6 to 9, for these confidences.
        """
        weights = confidence[..., None] * layer
        layers = sum_windows(self.windows, weights, self.slot, self.frames.shape[1])
        here = composing_error(layers, self.background, self.frames, clamp=self.clamp)
        return (here + self.elsewhere) / self.B

    def _behind(self, frames: Tensor, background: Tensor) -> Float[Tensor, ""]:
        """Squared error where nothing is drawn."""
        shown = background.clamp(0, 1) if self.clamp else background
        return mse_loss(frames, shown, reduction="sum")


def planes_at(
    pixels: Int[Tensor, " slots"], frames: Float[Tensor, "B D H W"]
) -> Float[Tensor, "D slots"]:
    """Colours of these pixels, all frames counted through row by row."""
    D, size = frames.shape[1], frames[0, 0].numel()
    first = pixels + (D - 1) * size * (pixels // size)
    channel = torch.arange(D, device=pixels.device)[:, None] * size
    return frames.flatten()[first + channel]


class _SquaredError(Function):
    @staticmethod
    def forward(
        ctx: Any, layers: Tensor, background: Tensor, frames: Tensor, clamp: bool
    ) -> Tensor:
        drawn = background
        below: list[Tensor] = []
        for layer in layers.unbind(0):
            mask, foreground = layer[:1].clamp(max=1), layer[1:]
            below.append(drawn)
            drawn = torch.addcmul(drawn + foreground, mask, drawn, value=-1)  # Eq. (8)
        shown = drawn.clamp(0, 1) if clamp else drawn
        error = shown - frames
        squared = torch.linalg.vector_norm(error).square()
        if clamp:
            error.mul_(drawn == shown)  # no gradient where the drawing is clamped
        ctx.save_for_backward(layers, error, *below)
        return squared

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None, None]:
        layers, error, *below = ctx.saved_tensors
        at_drawn = error * (2 * gradients[0])
        at_layers = torch.empty_like(layers)
        for k in reversed(range(len(layers))):
            mask = layers[k, :1]
            at_layers[k, 1:] = at_drawn
            at_mask = at_layers[k, :1]
            torch.sum(at_drawn * below[k], dim=0, keepdim=True, out=at_mask)
            at_mask.neg_().mul_(mask <= 1)  # no gradient where the mask is clamped
            at_drawn = torch.addcmul(at_drawn, at_drawn, mask.clamp(max=1), value=-1)
        return at_layers, None, None, None


def composing_error(
    layers: Float[Tensor, "K C pixels"],
    background: Float[Tensor, "D pixels"],
    frames: Float[Tensor, "D pixels"],
    *,
    clamp: bool = False,
) -> Float[Tensor, ""]:
    """Squared error of the composed layers, summed over pixels and channels.

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
