"""The high-resolution network: branches of four strides that exchange what they see.

Wang et al., "Deep High-Resolution Representation Learning for Visual Recognition", 2020. Its
parameters are named as in the published ImageNet weights, so that these fit as they are.
"""

from jaxtyping import Float
from torch import Tensor, nn

from animot.atttrack.blocks import BasicBlock, Bottleneck, conv, conv_norm, conv_norm_relu
from animot.atttrack.config import HRNetConfig

Maps = list[Tensor]


class ExchangeModule(nn.Module):
    """Residual blocks in each branch, then each branch gets the sum of all (Fig. 3 there)."""

    def __init__(self, widths: tuple[int, ...], blocks: int) -> None:
        super().__init__()
        self.branches = nn.ModuleList(
            nn.Sequential(*(BasicBlock(width, width) for _ in range(blocks))) for width in widths
        )
        indices = range(len(widths))
        self.fuse_layers = nn.ModuleList(
            nn.ModuleList(_path(widths, source, target) for source in indices) for target in indices
        )
        self.relu = nn.ReLU(inplace=True)

    def forward(self, maps: Maps) -> Maps:
        """Maps of the same shapes."""
        maps = [branch(x) for branch, x in zip(self.branches, maps, strict=True)]
        return [self.relu(_sum(paths, maps)) for paths in self.fuse_layers]


def _sum(paths: nn.Module, maps: Maps) -> Tensor:
    assert isinstance(paths, nn.ModuleList)
    first, *others = (path(x) for path, x in zip(paths, maps, strict=True))
    return sum(others, first)


def _path(widths: tuple[int, ...], source: int, target: int) -> nn.Module:
    """From one branch to another: coarser by strided convolutions, finer by repeating cells."""
    if source == target:
        return nn.Identity()
    if source > target:
        finer = nn.Upsample(scale_factor=2 ** (source - target), mode="nearest")
        return nn.Sequential(*conv_norm(widths[source], widths[target], 1), finer)
    width = widths[source]
    steps = [conv_norm_relu(width, width, 3, stride=2) for _ in range(target - source - 1)]
    return nn.Sequential(*steps, conv_norm(width, widths[target], 3, stride=2))


class HRNet(nn.Module):
    """Backbone of four stages; stage s adds the branch of stride 2^(s + 1)."""

    def __init__(self, config: HRNetConfig) -> None:
        super().__init__()
        self.widths = config.widths
        self.conv1 = conv(3, config.stem, 3, stride=2)
        self.bn1 = nn.BatchNorm2d(config.stem)
        self.conv2 = conv(config.stem, config.stem, 3, stride=2)
        self.bn2 = nn.BatchNorm2d(config.stem)
        self.relu = nn.ReLU(inplace=True)
        wide = Bottleneck.EXPANSION * config.bottleneck
        self.layer1 = nn.Sequential(
            Bottleneck(config.stem, config.bottleneck),
            *(Bottleneck(wide, config.bottleneck) for _ in range(config.bottlenecks - 1)),
        )
        self.transition1 = _transition((wide,), self.widths[:2])
        self.stage2 = _stage(config, 2)
        self.transition2 = _transition(self.widths[:2], self.widths[:3])
        self.stage3 = _stage(config, 3)
        self.transition3 = _transition(self.widths[:3], self.widths)
        self.stage4 = _stage(config, 4)

    def forward(self, images: Float[Tensor, "B 3 H W"]) -> Maps:
        """Maps of strides 4, 8, 16 and 32, each [B width H/stride W/stride]."""
        x = self.relu(self.bn1(self.conv1(images)))
        x = self.relu(self.bn2(self.conv2(x)))
        maps = self.stage2(_add_branch(self.transition1, [self.layer1(x)]))
        maps = self.stage3(_add_branch(self.transition2, maps))
        return self.stage4(_add_branch(self.transition3, maps))


def _stage(config: HRNetConfig, stage: int) -> nn.Sequential:
    widths = config.widths[:stage]
    modules = config.modules[stage - 2]
    return nn.Sequential(*(ExchangeModule(widths, config.blocks) for _ in range(modules)))


def _transition(before: tuple[int, ...], after: tuple[int, ...]) -> nn.ModuleList:
    """To the widths of the next stage, and to its new branch."""
    kept = [
        nn.Identity() if old == new else conv_norm_relu(old, new, 3)
        for old, new in zip(before, after, strict=False)
    ]
    # One element in a sequence of its own: so it is in the names of the published weights.
    added = nn.Sequential(conv_norm_relu(before[-1], after[-1], 3, stride=2))
    return nn.ModuleList([*kept, added])


def _add_branch(transition: nn.ModuleList, maps: Maps) -> Maps:
    """Maps of the next stage; its new branch comes from the coarsest one so far."""
    return [path(x) for path, x in zip(transition, [*maps, maps[-1]], strict=True)]
