"""From the numbers that NN_out gives to the size and the place of a box."""

import torch
from jaxtyping import Float
from torch import Tensor

from animot.tba.config import TBAConfig
from animot.tba.constants import constant


def pose_of(raw: Float[Tensor, "N P"], config: TBAConfig) -> Float[Tensor, "N 4"]:
    """Pose from the output network's numbers: two scales (where free) and two shifts.

    Scales are in [-1, 1]; `object_scale` says what they mean. Shifts are in half frames from the
    middle of the frame, to the right and down.
    """
    pose = raw.tanh()
    if config.fixed_scale:  # a scale of 0 is size 1
        pose = torch.cat([torch.zeros_like(pose), pose], dim=1)
    reach = shift_reach(config)
    if reach == (1.0, 1.0):
        return pose
    return torch.cat([pose[:, :2], constant(reach, pose) * pose[:, 2:]], dim=1)


def shift_reach(config: TBAConfig) -> tuple[float, float]:
    """Horizontal and vertical shift, in half frames, of a 1; (1, 1) as published (Sec. 2.2)."""
    (H, W), (U, V) = config.frame_size, config.patch_size
    sign = -1.0 if config.reverse_shift else 1.0
    margin = config.shift_margin
    return sign * (1 - margin * V / W), sign * (1 - margin * U / H)


def object_scale(pose: Float[Tensor, "*shape 4"], config: TBAConfig) -> Float[Tensor, "*shape 2"]:
    """(s_x, s_y) = 1 + eta * scale, the size of the box in patches (Sec. 2.2).

    With `config.aspect` the pose holds a scale and an aspect instead.
    """
    aspect = config.aspect
    if aspect is None:
        return 1 + constant(config.scale_range, pose) * pose[..., :2]
    scale = 1 + aspect.size_range * pose[..., 0]
    root = (aspect.ratio + aspect.ratio_range * pose[..., 1]).sqrt()
    return torch.stack([scale / root, scale * root], dim=-1)


def box_size(pose: Float[Tensor, "*shape 4"], config: TBAConfig) -> Float[Tensor, "*shape 2"]:
    """Width and height of the box in half frames."""
    (H, W), (U, V) = config.frame_size, config.patch_size
    return object_scale(pose, config) * constant((2 * V / W, 2 * U / H), pose)


def largest_scale(config: TBAConfig) -> tuple[float, float]:
    """The largest (s_x, s_y) that any pose gives."""
    aspect = config.aspect
    if aspect is None:
        eta_x, eta_y = config.scale_range
        return 1 + eta_x, 1 + eta_y
    size = 1 + aspect.size_range
    tallest, widest = aspect.ratio + aspect.ratio_range, aspect.ratio - aspect.ratio_range
    return size / widest**0.5, size * tallest**0.5
