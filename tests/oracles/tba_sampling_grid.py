"""The spatial transformer as PyTorch has it: a sampling grid over the whole frame.

It shares no code with `animot`; `benchmarks/renderer.py` measures against it, too.
"""

import torch
import torch.nn.functional as F


def place(patches, pose, scale_range, frame_size):
    """Patches (N C U V) where poses (scale_x, scale_y, shift_x, shift_y) say, in empty frames."""
    height, width = frame_size
    patch_height, patch_width = patches.shape[2:]
    scale = 1 + pose.new_tensor(scale_range) * pose[:, :2]
    ratio = pose.new_tensor([width / patch_width, height / patch_height]) / scale
    theta = torch.cat([torch.diag_embed(ratio), (-pose[:, 2:] * ratio)[:, :, None]], dim=2)
    grid = F.affine_grid(theta, [*patches.shape[:2], height, width], align_corners=False)
    return F.grid_sample(patches, grid, "bilinear", "zeros", align_corners=False)


def sum_layers(output, scale_range, frame_size):
    """Mask (not cut off at 1) and foreground of each layer, (B K 1 + D H W); Eqs. 4 to 7."""
    B, I, _ = output.layer.shape
    patches = torch.cat([output.mask, output.appearance], dim=2).flatten(0, 1)
    placed = place(patches, output.pose.flatten(0, 1), scale_range, frame_size)
    mask, appearance = placed[:, :1], placed[:, 1:]
    content = torch.cat([mask, mask * appearance], dim=1).unflatten(0, (B, I))
    weights = output.confidence[..., None] * output.layer
    return torch.einsum("bik,bichw->bkchw", weights, content)
