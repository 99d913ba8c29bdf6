"""The renderer: from tracker outputs to a reconstructed frame. It has no parameters.

Boxes are never rotated, so bilinear resampling factors into rows and columns: a patch is
placed by two small matrix products instead of a sampling grid over the whole frame.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from animot.tba.config import TBAConfig
from animot.tba.geometry import object_scale
from animot.tba.output import TrackerOutput


def resampling_matrix(
    scale: Float[Tensor, " N"], shift: Float[Tensor, " N"], frame_length: int, patch_length: int
) -> Float[Tensor, "N frame patch"]:
    """Bilinear weights with which each pixel of a frame line sees each pixel of a patch line.

    Parameters
    ----------
    scale : length of the box in patch lengths.
    shift : from the middle of the frame to the middle of the box, in half frame lengths.

    A frame pixel falls on the patch at u; patch pixel n weighs max(0, 1 - |u - n|), which is
    `affine_grid` with `grid_sample(align_corners=False)` along one axis.
    """
    frame_pixels = torch.arange(frame_length, device=scale.device, dtype=scale.dtype)
    patch_pixels = torch.arange(patch_length, device=scale.device, dtype=scale.dtype)
    from_middle = frame_pixels + 0.5 - frame_length / 2
    from_box_middle = from_middle - (shift * (frame_length / 2))[:, None]
    u = from_box_middle / scale[:, None] + (patch_length - 1) / 2
    return (1 - (u[:, :, None] - patch_pixels).abs()).clamp(min=0)


def place(
    patches: Float[Tensor, "N C U V"], pose: Float[Tensor, "N 4"], config: TBAConfig
) -> Float[Tensor, "N C H W"]:
    """Put each patch where its pose says, in an otherwise empty frame.

    He et al. (2019) Eq. (4) and Eq. (5).
    """
    rows, columns = _rows_and_columns(pose, config)
    return torch.einsum("nhu,ncuv,nwv->nchw", rows, patches, columns)


def _rows_and_columns(
    pose: Float[Tensor, "N 4"], config: TBAConfig
) -> tuple[Float[Tensor, "N H U"], Float[Tensor, "N W V"]]:
    (H, W), (U, V) = config.frame_size, config.patch_size
    scale_x, scale_y = object_scale(pose, config).unbind(-1)
    shift_x, shift_y = pose[:, 2], pose[:, 3]
    rows = resampling_matrix(scale_y, shift_y, H, U)
    columns = resampling_matrix(scale_x, shift_x, W, V)
    return rows, columns


def composite_layers(
    output: TrackerOutput, config: TBAConfig
) -> tuple[Float[Tensor, "B K 1 H W"], Float[Tensor, "B K D H W"]]:
    """Mask and foreground of each image layer.

    He et al. (2019) Eq. (6) and Eq. (7).
    """
    if config.premultiply:
        summed = sum_premultiplied(output, config).transpose(2, 3)
    else:
        summed = _sum_as_published(output, config)
    return summed[:, :, :1].clamp(max=1), summed[:, :, 1:]


def _sum_as_published(output: TrackerOutput, config: TBAConfig) -> Float[Tensor, "B K C H W"]:
    """Mask and appearance are placed, then multiplied, then summed over trackers."""
    B, I = output.confidence.shape
    pose = output.pose.flatten(0, 1)
    placed_mask, placed_appearance = (
        place(patches.flatten(0, 1), pose, config) for patches in (output.mask, output.appearance)
    )
    weights = output.confidence[..., None] * output.layer
    content = torch.cat([placed_mask, placed_mask * placed_appearance], dim=1)
    return torch.einsum("bik,bichw->bkchw", weights, content.unflatten(0, (B, I)))


def sum_premultiplied(output: TrackerOutput, config: TBAConfig) -> Float[Tensor, "B K H C W"]:
    """Mask and appearance are multiplied, then placed; the sum over trackers comes for free.

    The masks of a layer are not clamped yet; channels are C = 1 + D, the mask first. Trackers
    and patch rows are one inner dimension of the second matrix product.
    """
    B, I, K = output.layer.shape
    (H, W), (U, V) = config.frame_size, config.patch_size
    content = torch.cat([output.mask, output.mask * output.appearance], dim=2)
    C = content.shape[2]
    rows, columns = _rows_and_columns(output.pose.flatten(0, 1), config)
    content = content.transpose(2, 3).reshape(B * I, U * C, V)
    across = torch.bmm(content, columns.transpose(1, 2)).view(B, I * U, C * W)
    weights = output.confidence[..., None] * output.layer
    # Low precision, where it is on, from here on: positions are exact, weights need not be.
    down = torch.einsum(
        "bik,bihu->bkhiu", weights.to(across.dtype), rows.view(B, I, H, U).to(across.dtype)
    )
    return torch.bmm(down.reshape(B, K * H, I * U), across).view(B, K, H, C, W)


def composite_frame(
    background: Float[Tensor, "B D H W"],
    layer_mask: Float[Tensor, "B K 1 H W"],
    layer_foreground: Float[Tensor, "B K D H W"],
) -> Float[Tensor, "B D H W"]:
    """Paint the layers over the background, the later over the earlier.

    He et al. (2019) Eq. (8).
    """
    reconstruction = background
    for mask, foreground in zip(layer_mask.unbind(1), layer_foreground.unbind(1), strict=True):
        reconstruction = (1 - mask) * reconstruction + foreground
    return reconstruction


def render(
    output: TrackerOutput, background: Float[Tensor, "B D H W"], config: TBAConfig
) -> Float[Tensor, "B D H W"]:
    """Reconstructed frames (Sec. 2.3)."""
    reconstruction = composite_frame(background, *composite_layers(output, config))
    return reconstruction.clamp(0, 1) if config.clamp_reconstruction else reconstruction
