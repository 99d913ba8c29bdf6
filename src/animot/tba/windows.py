"""What trackers draw lies in windows of the frame; nothing is computed for the rest of it."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from animot.tba.config import TBAConfig
from animot.tba.geometry import largest_scale, object_scale
from animot.tba.output import TrackerOutput
from animot.tba.resampling import resampling_matrix, window


@dataclass(frozen=True, kw_only=True, eq=False)
class Windows:
    """What each tracker of each frame draws, at the pixels that its patch may reach.

    Attributes
    ----------
    content : mask, and mask times appearance (C = 1 + D), pixel by pixel.
    pixel : which pixels of the frames these are, all frames counted through row by row; their
        number, B * H * W, stands for any pixel beyond the border.
    """

    content: Float[Tensor, "N window C"]
    pixel: Int[Tensor, "N window"]


def draw_windows(output: TrackerOutput, config: TBAConfig) -> Windows:
    """Place masks and appearances, and multiply them.

    He et al. (2019) Eqs. 4 to 7, but for the sums. With `premultiply` they are multiplied first.
    """
    (H, W), (U, V) = config.frame_size, config.patch_size
    pose = output.pose.flatten(0, 1)
    scale_x, scale_y = object_scale(pose, config).unbind(-1)
    largest_x, largest_y = largest_scale(config)
    down = window(scale_y, pose[:, 3], H, U, largest_y)
    across = window(scale_x, pose[:, 2], W, V, largest_x)
    rows = resampling_matrix(down, scale_y, pose[:, 3], H, U)
    columns = resampling_matrix(across, scale_x, pose[:, 2], W, V)
    mask, appearance = output.mask.flatten(0, 1), output.appearance.flatten(0, 1)
    if config.premultiply:
        content = _resample(torch.cat([mask, mask * appearance], dim=1), rows, columns)
    else:
        content = _resample(torch.cat([mask, appearance], dim=1), rows, columns)
        content = torch.cat([content[..., :1], content[..., :1] * content[..., 1:]], dim=-1)
    return Windows(content=content, pixel=_pixels(down, across, len(output.pose), (H, W)))


def _resample(
    patches: Float[Tensor, "N C U V"], rows: Float[Tensor, "N h U"], columns: Float[Tensor, "N w V"]
) -> Float[Tensor, "N window C"]:
    """Patches as the pixels of their windows see them, row by row."""
    N, C, U, V = patches.shape
    w = columns.shape[1]
    across = torch.bmm(columns, patches.permute(0, 3, 2, 1).reshape(N, V, U * C))
    across = across.view(N, w, U, C).transpose(1, 2).reshape(N, U, w * C)
    return torch.bmm(rows, across).view(N, -1, C)


def _pixels(
    down: Float[Tensor, "N h"], across: Float[Tensor, "N w"], B: int, size: tuple[int, int]
) -> Int[Tensor, "N window"]:
    (H, W), N = size, len(down)
    y, x = down.long()[:, :, None], across.long()[:, None]
    frame = torch.arange(N, device=y.device) // (N // B)
    beyond = (y < 0) | (y >= H) | (x < 0) | (x >= W)
    return ((frame[:, None, None] * H + y) * W + x).masked_fill(beyond, B * H * W).flatten(1)


def sum_windows(
    windows: Windows,
    weights: Float[Tensor, "B I K"],
    slot: Int[Tensor, " pixels"] | None,
    slots: int,
) -> Float[Tensor, "K C slots"]:
    """Sums over trackers at the pixels of each image layer.

    He et al. (2019) Eqs. 6 and 7, but for the cut at 1.

    Parameters
    ----------
    windows : of all trackers of all frames.
    weights : confidence times layer.
    slot : for each pixel of the frames, and for those beyond, its place in the sum; the number of
        slots where it has none. None: each pixel has its own.
    slots : how many there are.
    """
    N, window, C = windows.content.shape
    K = weights.shape[2]
    # Each channel into each layer, as one matrix product: the layers' channels side by side.
    one = torch.eye(C, dtype=weights.dtype, device=weights.device)
    layered = (weights.reshape(N, 1, K, 1) * one[:, None]).view(N, C, K * C)
    weighted = torch.bmm(windows.content, layered).view(N * window, K * C)
    place = windows.pixel if slot is None else slot[windows.pixel]
    summed = weighted.new_zeros(slots + 1, K * C).index_add(0, place.flatten(), weighted)
    return summed[:-1].t().reshape(K, C, slots)


def touched(windows: Windows, pixels: int) -> tuple[Int[Tensor, " slots"], Int[Tensor, " all"]]:
    """Pixels that any window has, and for each pixel, and those beyond, its place among them.

    Parameters
    ----------
    windows : of all trackers of all frames.
    pixels : of all frames.
    """
    has = torch.zeros(pixels + 1, dtype=torch.bool, device=windows.pixel.device)
    has[windows.pixel.flatten()] = True
    has[-1] = True  # the last slot is for what lies beyond the border
    return has[:-1].nonzero()[:, 0], has.cumsum(0) - 1
