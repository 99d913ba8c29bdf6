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
from animot.tba.resampling import line, resampling_matrix
from animot.tba.windows import draw_windows, sum_windows


def place(
    patches: Float[Tensor, "N C U V"], pose: Float[Tensor, "N 4"], config: TBAConfig
) -> Float[Tensor, "N C H W"]:
    """Put each patch where its pose says, in an otherwise empty frame.

    He et al. (2019) Eq. (4) and Eq. (5).
    """
    (H, W), (U, V) = config.frame_size, config.patch_size
    scale_x, scale_y = object_scale(pose, config).unbind(-1)
    shift_x, shift_y = pose[:, 2], pose[:, 3]
    rows = resampling_matrix(line(H, pose), scale_y, shift_y, H, U)
    columns = resampling_matrix(line(W, pose), scale_x, shift_x, W, V)
    return torch.einsum("nhu,ncuv,nwv->nchw", rows, patches, columns)


def composite_layers(
    output: TrackerOutput, config: TBAConfig
) -> tuple[Float[Tensor, "B K 1 H W"], Float[Tensor, "B K D H W"]]:
    """Mask and foreground of each image layer.

    He et al. (2019) Eq. (6) and Eq. (7).
    """
    B, (H, W) = len(output.pose), config.frame_size
    weights = output.confidence[..., None] * output.layer
    summed = sum_windows(draw_windows(output, config), weights, None, B * H * W)
    planes = summed.unflatten(2, (B, H, W)).movedim(2, 0)
    return planes[:, :, :1].clamp(max=1), planes[:, :, 1:]


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
