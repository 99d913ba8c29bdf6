"""Bilinear resampling along one axis: which pixels of a frame line see which of a patch line.

A frame pixel f falls on the patch at u = (f - middle of the box) / scale + middle of the patch, and
patch pixel n weighs max(0, 1 - |u - n|). This is `affine_grid` with
`grid_sample(align_corners=False)` along one axis.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor


def resampling_matrix(
    pixels: Float[Tensor, "#N frame"],
    scale: Float[Tensor, " N"],
    shift: Float[Tensor, " N"],
    frame_length: int,
    patch_length: int,
) -> Float[Tensor, "N frame patch"]:
    """Bilinear weights with which these pixels of a frame line see each pixel of a patch line.

    Parameters
    ----------
    pixels : of the frame line, counted from 0; they may lie beyond its ends.
    scale : length of the box in patch lengths.
    shift : from the middle of the frame to the middle of the box, in half frame lengths.
    """
    patch_pixels = torch.arange(patch_length, device=scale.device, dtype=scale.dtype)
    from_middle = pixels + 0.5 - frame_length / 2
    from_box_middle = from_middle - (shift * (frame_length / 2))[:, None]
    u = from_box_middle / scale[:, None] + (patch_length - 1) / 2
    return (1 - (u[:, :, None] - patch_pixels).abs()).clamp(min=0)


def line(length: int, like: Tensor) -> Float[Tensor, "1 length"]:
    """All pixels of a frame line."""
    return torch.arange(length, device=like.device, dtype=like.dtype)[None]


def window(
    scale: Float[Tensor, " N"],
    shift: Float[Tensor, " N"],
    frame_length: int,
    patch_length: int,
    largest_scale: float,
) -> Float[Tensor, "N window"]:
    """Consecutive pixels among which are all that see the patch; the others weigh 0.

    Pixels that see it have u between -1 and the patch length: they span scale times (patch
    length + 1). Some may lie beyond the ends of the line.
    """
    middle = (frame_length - 1) / 2 + shift.detach() * (frame_length / 2)
    first = (middle - scale.detach() * ((patch_length + 1) / 2)).floor() + 1
    return first[:, None] + line(math.ceil(largest_scale * (patch_length + 1)), scale)
