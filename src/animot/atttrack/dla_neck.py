"""The neck of DLA-34: neighbouring levels are merged until one of stride 4 is left.

Zhou et al., "Objects as Points", 2019, and Zhang et al., "FairMOT", 2021, with plain convolutions
in place of deformable ones.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from animot.atttrack.blocks import conv_norm_relu


class Merge(nn.Module):
    """A coarser map is projected, upsampled and added to a finer one; a convolution follows.

    Parameters
    ----------
    coarse, fine : channels of the two maps; the merged one has those of the finer one.
    factor : ratio of their strides, a power of 2.
    """

    def __init__(self, coarse: int, fine: int, factor: int) -> None:
        super().__init__()
        self.project = conv_norm_relu(coarse, fine, 3)
        self.upsample = nn.ConvTranspose2d(
            fine, fine, 2 * factor, stride=factor, padding=factor // 2, groups=fine, bias=False
        )
        with torch.no_grad():
            self.upsample.weight.copy_(bilinear_kernel(factor))
        self.node = conv_norm_relu(fine, fine, 3)

    def forward(
        self, coarse: Float[Tensor, "B c i j"], fine: Float[Tensor, "B d h w"]
    ) -> Float[Tensor, "B d h w"]:
        """Map of the finer one's shape."""
        return self.node(self.upsample(self.project(coarse)) + fine)


def bilinear_kernel(factor: int) -> Float[Tensor, "k k"]:
    """Kernel of 2 factor cells with which a transposed convolution interpolates bilinearly."""
    places = torch.arange(2 * factor) - (2 * factor - 1) / 2
    weights = 1 - places.abs() / factor
    return weights[:, None] * weights


class MergingNeck(nn.Module):
    """DLA's: maps are merged into their finer neighbours, again and again.

    Each round takes all maps so far to the next finer stride, one after the other, and the last
    of them has seen all; it is kept. What the rounds kept is then merged into the finest.

    Parameters
    ----------
    widths : channels of the maps of strides 4, 8, 16 and 32.
    out : C, channels of the features; a 1x1 convolution makes them where the maps have others.
    """

    def __init__(self, widths: tuple[int, ...], out: int) -> None:
        super().__init__()
        levels = len(widths)
        self.rounds = nn.ModuleList(
            nn.ModuleList(
                Merge(widths[to + 1], widths[to], factor=2) for _ in range(to + 1, levels)
            )
            for to in reversed(range(levels - 1))
        )
        self.last = nn.ModuleList(
            Merge(widths[level], widths[0], factor=2**level) for level in range(1, levels - 1)
        )
        same = widths[0] == out
        self.reduce = nn.Identity() if same else conv_norm_relu(widths[0], out, 1)

    def forward(self, maps: list[Tensor]) -> Float[Tensor, "B C h w"]:
        """Features of stride 4, at least 0."""
        coarser = maps[-1:]
        kept: list[Tensor] = []
        for finest, merges in zip(reversed(maps[:-1]), self.rounds, strict=True):
            coarser = _merge_all(merges, coarser, finest)
            kept.insert(0, coarser[-1])
        merged = kept[0]
        for merge, coarse in zip(self.last, kept[1:], strict=True):
            merged = merge(coarse, merged)
        return self.reduce(merged)


def _merge_all(merges: nn.Module, coarser: list[Tensor], finest: Tensor) -> list[Tensor]:
    """All maps at the stride of the finest: itself, and each other merged with the one before."""
    assert isinstance(merges, nn.ModuleList)
    maps = [finest]
    for merge, coarse in zip(merges, coarser, strict=True):
        maps.append(merge(coarse, maps[-1]))
    return maps
