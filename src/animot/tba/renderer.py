"""The renderer: from tracker outputs to a reconstructed frame. It has no parameters.

Boxes are never rotated, so bilinear resampling factors into rows and columns: a patch is
placed by two small matrix products instead of a sampling grid over the whole frame.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from animot.tba.config import TBAConfig
from animot.tba.geometry import largest_scale, object_scale
from animot.tba.output import TrackerOutput
from animot.tba.resampling import line, resampling_matrix, window


def place(
    patches: Float[Tensor, "N C U V"], pose: Float[Tensor, "N 4"], config: TBAConfig
) -> Float[Tensor, "N C H W"]:
    """Put each patch where its pose says, in an otherwise empty frame.

    He et al. (2019) Eq. (4) and Eq. (5).
    """
    rows, columns = _rows_and_columns(pose, config)
    return _resample(patches, rows, columns)


def _resample(
    patches: Float[Tensor, "N C U V"], rows: Float[Tensor, "N H U"], columns: Float[Tensor, "N W V"]
) -> Float[Tensor, "N C H W"]:
    return torch.einsum("nhu,ncuv,nwv->nchw", rows, patches, columns)


def _rows_and_columns(
    pose: Float[Tensor, "N 4"], config: TBAConfig
) -> tuple[Float[Tensor, "N H U"], Float[Tensor, "N W V"]]:
    (H, W), (U, V) = config.frame_size, config.patch_size
    scale_x, scale_y = object_scale(pose, config).unbind(-1)
    shift_x, shift_y = pose[:, 2], pose[:, 3]
    rows = resampling_matrix(line(H, pose), scale_y, shift_y, H, U)
    columns = resampling_matrix(line(W, pose), scale_x, shift_x, W, V)
    return rows, columns


def composite_layers(
    output: TrackerOutput, config: TBAConfig
) -> tuple[Float[Tensor, "B K 1 H W"], Float[Tensor, "B K D H W"]]:
    """Mask and foreground of each image layer.

    He et al. (2019) Eq. (6) and Eq. (7).
    """
    summed = sum_trackers(output, config).transpose(2, 3)
    return summed[:, :, :1].clamp(max=1), summed[:, :, 1:]


def sum_trackers(output: TrackerOutput, config: TBAConfig) -> Float[Tensor, "B K H C W"]:
    """Masks (not clamped yet) and foregrounds of each layer; C = 1 + D, the mask first."""
    weights = output.confidence[..., None] * output.layer
    contents = _premultiplied if config.premultiply else _as_published
    return _sum_placed(weights, *contents(output, config))


def _premultiplied(
    output: TrackerOutput, config: TBAConfig
) -> tuple[Float[Tensor, "N C U V"], Float[Tensor, "N H U"], Float[Tensor, "N W V"]]:
    """Mask and appearance are multiplied, then placed."""
    content = torch.cat([output.mask, output.mask * output.appearance], dim=2)
    rows, columns = _rows_and_columns(output.pose.flatten(0, 1), config)
    return content.flatten(0, 1), rows, columns


def _as_published(
    output: TrackerOutput, config: TBAConfig
) -> tuple[Float[Tensor, "N C P Q"], Float[Tensor, "N H P"], Float[Tensor, "N W Q"]]:
    """Mask and appearance are placed in a window of the frame, then multiplied.

    Outside its window a patch is nothing. The window then goes where it belongs as it is.
    """
    (H, W), (U, V) = config.frame_size, config.patch_size
    pose = output.pose.flatten(0, 1)
    scale_x, scale_y = object_scale(pose, config).unbind(-1)
    largest_x, largest_y = largest_scale(config)
    down = window(scale_y, pose[:, 3], H, U, largest_y)
    across = window(scale_x, pose[:, 2], W, V, largest_x)
    rows = resampling_matrix(down, scale_y, pose[:, 3], H, U)
    columns = resampling_matrix(across, scale_x, pose[:, 2], W, V)
    patches = torch.cat([output.mask, output.appearance], dim=2).flatten(0, 1)
    mask, appearance = _resample(patches, rows, columns).split([1, config.frame_channels], dim=1)
    content = torch.cat([mask, mask * appearance], dim=1)
    rows_there = (line(H, pose)[:, :, None] == down[:, None]).to(pose.dtype)
    columns_there = (line(W, pose)[:, :, None] == across[:, None]).to(pose.dtype)
    return content, rows_there, columns_there


def _sum_placed(
    weights: Float[Tensor, "B I K"],
    content: Float[Tensor, "N C U V"],
    rows: Float[Tensor, "N H U"],
    columns: Float[Tensor, "N W V"],
) -> Float[Tensor, "B K H C W"]:
    """Sum over trackers of their contents in the frame, with their weights in each layer.

    Trackers and rows of the content are one inner dimension of the second matrix product, so
    the sum comes for free.
    """
    B, I, K = weights.shape
    _, C, U, V = content.shape
    H, W = rows.shape[1], columns.shape[1]
    content = content.transpose(2, 1).reshape(B * I, U * C, V)
    across = torch.bmm(content, columns.transpose(1, 2)).view(B, I * U, C * W)
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
