"""From the maps of a backbone to one map of stride 4: upsample, concatenate, 1x1 convolution."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from animot.atttrack.blocks import conv_norm_relu


class ConcatenatingNeck(nn.Module):
    """HRNet's: all maps at stride 4 side by side, then as many channels as the heads read.

    Without the reduction, heads on HRNet's 270 channels would cost more than its teacher, and no
    student could be faster.

    Parameters
    ----------
    widths : channels of the maps of strides 4, 8, 16 and 32.
    out : C, channels of the features.
    """

    def __init__(self, widths: tuple[int, ...], out: int) -> None:
        super().__init__()
        self.reduce = conv_norm_relu(sum(widths), out, 1)

    def forward(self, maps: list[Tensor]) -> Float[Tensor, "B C h w"]:
        """Features of stride 4, at least 0."""
        size = maps[0].shape[-2:]
        coarser = (
            F.interpolate(x, size=size, mode="bilinear", align_corners=False) for x in maps[1:]
        )
        return self.reduce(torch.cat([maps[0], *coarser], dim=1))
