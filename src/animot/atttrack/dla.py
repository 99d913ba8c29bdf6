"""Deep layer aggregation: trees of residual blocks, and a neck that brings all levels together.

Yu et al., "Deep Layer Aggregation", CVPR 2018; the neck is that of Zhou et al., "Objects as
Points", 2019, with plain convolutions in place of deformable ones.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from animot.atttrack.blocks import BasicBlock, conv, conv_norm, conv_norm_relu
from animot.atttrack.config import DLAConfig

Maps = list[Tensor]


class Root(nn.Module):
    """Aggregation: a 1x1 convolution over everything that a tree has made."""

    def __init__(self, channels: int, out: int) -> None:
        super().__init__()
        self.conv = conv(channels, out, 1)
        self.bn = nn.BatchNorm2d(out)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, children: Maps) -> Tensor:
        """One map out of maps of one size."""
        return self.relu(self.bn(self.conv(torch.cat(children, dim=1))))


class Leaves(nn.Module):
    """Tree of depth 1: two residual blocks and their root.

    Parameters
    ----------
    channels, out : of input and output.
    stride : of the first block.
    aggregated : channels of further maps that go into the root.
    """

    def __init__(self, channels: int, out: int, stride: int, aggregated: int) -> None:
        super().__init__()
        self.downsample = nn.MaxPool2d(stride) if stride > 1 else nn.Identity()
        self.project = nn.Identity() if channels == out else conv_norm(channels, out, 1)
        self.tree1 = BasicBlock(channels, out, stride)
        self.tree2 = BasicBlock(out, out)
        self.root = Root(2 * out + aggregated, out)

    def forward(self, x: Float[Tensor, "B c h w"], children: Maps) -> Float[Tensor, "B d i j"]:
        """Output of the tree; `children` are further maps for the root."""
        first = self.tree1(x, self.project(self.downsample(x)))
        return self.root([self.tree2(first), first, *children])


class Tree(nn.Module):
    """Two trees of one depth less, the root of the second of which sees the first, too."""

    def __init__(self, depth: int, channels: int, out: int, stride: int, aggregated: int) -> None:
        super().__init__()
        self.tree1 = _tree(depth - 1, channels, out, stride, 0)
        self.tree2 = _tree(depth - 1, out, out, 1, aggregated + out)

    def forward(self, x: Float[Tensor, "B c h w"], children: Maps) -> Float[Tensor, "B d i j"]:
        """Output of the tree; `children` are further maps for its last root."""
        first = self.tree1(x, [])
        return self.tree2(first, [*children, first])


def _tree(depth: int, channels: int, out: int, stride: int, aggregated: int) -> nn.Module:
    if depth == 1:
        return Leaves(channels, out, stride, aggregated)
    return Tree(depth, channels, out, stride, aggregated)


class Level(nn.Module):
    """A tree of stride 2 that also hands its input, halved, to its root (but for the first)."""

    def __init__(self, depth: int, channels: int, out: int, *, keep_input: bool) -> None:
        super().__init__()
        self.keep_input = keep_input
        self.halve = nn.MaxPool2d(2)
        self.tree = _tree(depth, channels, out, 2, channels if keep_input else 0)

    def forward(self, x: Float[Tensor, "B c h w"]) -> Float[Tensor, "B d i j"]:
        """Map of half the height and width."""
        return self.tree(x, [self.halve(x)] if self.keep_input else [])


class DLA(nn.Module):
    """Backbone of six levels, the last four of which are given out."""

    def __init__(self, config: DLAConfig) -> None:
        super().__init__()
        widths, depths = config.widths, config.depths
        self.widths = widths[2:]
        self.start = nn.Sequential(
            conv_norm_relu(3, widths[0], 7),
            conv_norm_relu(widths[0], widths[0], 3),
            conv_norm_relu(widths[0], widths[1], 3, stride=2),
        )
        self.levels = nn.ModuleList(
            Level(depth, channels, out, keep_input=i > 0)
            for i, (depth, channels, out) in enumerate(
                zip(depths, widths[1:], widths[2:], strict=False)
            )
        )

    def forward(self, images: Float[Tensor, "B 3 H W"]) -> Maps:
        """Maps of strides 4, 8, 16 and 32, each [B width H/stride W/stride]."""
        x = self.start(images)
        maps = []
        for level in self.levels:
            x = level(x)
            maps.append(x)
        return maps
