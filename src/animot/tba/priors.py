"""What helps attention before anything is learned: saliency and motion. All are departures.

Each term is added to the attention logits. Saliency draws trackers that hold nothing to cells
that differ from the background; motion keeps a tracker that holds an object near the place
where that object should be now.
"""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor

from animot.tba.constants import cell_grid, cell_places, constant, far_cells

# The saliency of a cell that shows nothing.
FLOOR = 1e-3
# The strongest cell of a frame has saliency 1, unless its mean squared difference to the
# background is below this: then the frame shows nothing but noise.
LEAST_ENERGY = 2e-3


def saliency_map(
    frames: Float[Tensor, "B D H W"], background: Float[Tensor, "B D H W"], cells: tuple[int, int]
) -> Float[Tensor, "B M N"]:
    """Mean squared difference to the background in each cell, relative to the frame's largest."""
    energy = (frames - background).square().mean(dim=1, keepdim=True)
    energy = F.adaptive_avg_pool2d(energy, cells)[:, 0]
    return energy / energy.amax(dim=(1, 2), keepdim=True).clamp(min=LEAST_ENERGY)


def saliency_at(
    saliency: Float[Tensor, "B M N"], centre: Float[Tensor, "B I 2"]
) -> Float[Tensor, "B I"]:
    """Saliency of the cells where some boxes have their middle (x, y in half frames)."""
    _, M, N = saliency.shape
    column, row = (
        ((centre[..., axis] + 1) / 2 * count).long().clamp(0, count - 1)
        for axis, count in enumerate((N, M))
    )
    return saliency.flatten(1).gather(1, row * N + column)


def saliency_logits(
    saliency: Float[Tensor, "B M N"], weight: Float[Tensor, " B"]
) -> Float[Tensor, "B M N"]:
    """Draw trackers to what differs from the background; the weight is 0 for what holds an object.

    A held tracker follows what it holds, wherever else something differs.
    """
    return (saliency + FLOOR).log() * weight[:, None, None]


def erase_saliency(
    saliency: Float[Tensor, "B M N"],
    centre: Float[Tensor, "B 2"],
    size: Float[Tensor, "B 2"],
    kept: float,
    strength: Float[Tensor, " B"] | None = None,
) -> Float[Tensor, "B M N"]:
    """Weaken the saliency that a box explains, so that the next tracker looks elsewhere.

    Centre and size (width, height) of the box in half frames; a cell is covered by the part
    of it that lies in the box widened by half a cell on each side. A strength from 0 to 1 says
    how far each box is believed; None: fully.
    """
    _, M, N = saliency.shape
    across = _covered(centre[:, :1], size[:, :1], N)
    down = _covered(centre[:, 1:], size[:, 1:], M)
    if strength is not None:
        down = strength[:, None] * down
    covered = saliency * down[:, :, None]
    return torch.addcmul(saliency, covered, across[:, None], value=kept - 1)


def _covered(
    centre: Float[Tensor, "B 1"], size: Float[Tensor, "B 1"], count: int
) -> Float[Tensor, "B count"]:
    """Part of each cell of a row that lies in a box widened by half a cell on each side."""
    cell = 2 / count
    distance = (cell_places(count, centre) - centre).abs()
    return (1 + (size / 2 - distance) / cell).clamp(0, 1)


def motion_logits(
    expected_centre: Float[Tensor, "B 2"],
    held: Bool[Tensor, " B"],
    cells: tuple[int, int],
    deviation: float,
) -> Float[Tensor, "B M N"]:
    """Keep trackers that hold an object near the expected place; the deviation is in cells."""
    M, N = cells
    x, y = expected_centre.split(1, dim=1)
    across = (cell_places(N, x) - x) * (N / 2 / deviation)
    down = (cell_places(M, y) - y) * (M / 2 / deviation)
    strength = -0.5 * held.to(x.dtype)[:, None]
    return (strength * down.square())[:, :, None] + (strength * across.square())[:, None]


def keep_window(logits: Float[Tensor, "B M N"], window: int) -> Float[Tensor, "B M N"]:
    """Logits within the window around the largest; -inf elsewhere, where no attention is to be.

    Attention that is cut off after its softmax would leave traces elsewhere: gradients too small
    for a normal number, with which processors are many times slower.
    """
    _, M, N = logits.shape
    peak = logits.detach().flatten(1).argmax(dim=1)
    far_row = far_cells(M, window // 2, logits.device).index_select(0, peak // N)
    far_column = far_cells(N, window // 2, logits.device).index_select(0, peak % N)
    return logits.masked_fill(far_row[:, :, None] | far_column[:, None], -math.inf)


def attended_place(attention: Float[Tensor, "B M N"]) -> Float[Tensor, "B 2"]:
    """Mean place that the attention lies on, in half frames."""
    _, M, N = attention.shape
    return attention.flatten(1) @ cell_grid((M, N), attention)


def anchor_shift(
    pose: Float[Tensor, "B 4"], attention: Float[Tensor, "B M N"], reach: float
) -> Float[Tensor, "B 4"]:
    """Pose whose shift is where the attention lies, plus at most `reach` cells."""
    _, M, N = attention.shape
    step = constant((2 * reach / N, 2 * reach / M), pose)
    shift = torch.addcmul(attended_place(attention), step, pose[:, 2:])
    return torch.cat([pose[:, :2], shift], dim=1)
