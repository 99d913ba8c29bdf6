"""HRNet: against published sizes, and how its branches exchange."""

from itertools import pairwise

import pytest
import torch

from animot.atttrack.config import HRNET_W18, HRNET_W18_SMALL, HRNetConfig
from animot.atttrack.hrnet import ExchangeModule, HRNet

# What classification adds to the backbone; timm's and the authors' networks have it.
CLASSIFIER_WIDTHS = (128, 256, 512, 1024)


def parameters(module):
    return sum(parameter.numel() for parameter in module.parameters())


def classifier_parameters(widths):
    """Bottlenecks to 128..1024 channels, strided 3x3 steps between these, 2048 and 1000 outputs."""
    total = 0
    for width, out in zip(widths, CLASSIFIER_WIDTHS, strict=True):
        inner = out // 4
        total += width * inner + 9 * inner * inner + inner * out + width * out
        total += 2 * (inner + inner + out + out)  # normalisations
    for width, out in pairwise(CLASSIFIER_WIDTHS):
        total += 9 * width * out + out + 2 * out
    return total + (1024 * 2048 + 2048 + 2 * 2048) + (2048 * 1000 + 1000)


@pytest.mark.parametrize(
    ("config", "published"), [(HRNET_W18, 21_299_004), (HRNET_W18_SMALL, 13_187_464)]
)
def test_number_of_parameters_is_the_published_one(config, published):
    network = HRNet(config)
    assert parameters(network) + classifier_parameters(network.widths) == published


def test_channels_are_the_published_ones():
    maps = HRNet(HRNET_W18).eval()(torch.zeros(1, 3, 64, 96))
    assert [tuple(x.shape[1:]) for x in maps] == [
        (18, 16, 24), (36, 8, 12), (72, 4, 6), (144, 2, 3)
    ]  # fmt: skip


def test_modules_and_blocks_are_counted():
    config = HRNetConfig(
        stem=5, bottleneck=3, bottlenecks=2, widths=(2, 3, 5, 7), modules=(3, 1, 2), blocks=4
    )
    network = HRNet(config)
    assert [len(s) for s in (network.stage2, network.stage3, network.stage4)] == [3, 1, 2]
    assert len(network.layer1) == 2
    assert [len(branch) for branch in network.stage4[1].branches] == [4, 4, 4, 4]


def test_every_branch_hears_of_every_other():
    """A change in one branch changes all maps of the module, through the path that is meant."""
    module = ExchangeModule((2, 3, 5), blocks=1).eval()
    generator = torch.Generator().manual_seed(0)
    maps = [
        torch.rand(1, width, 24 // 2**i, 16 // 2**i, generator=generator)
        for i, width in enumerate((2, 3, 5))
    ]
    before = [x.clone() for x in module([x.clone() for x in maps])]
    assert [x.shape for x in before] == [x.shape for x in maps]
    for changed in range(3):
        other = [x + 1 if i == changed else x.clone() for i, x in enumerate(maps)]
        for old, new in zip(before, module(other), strict=True):
            assert (old - new).abs().max() > 1e-4


def test_finer_maps_get_coarse_cells_repeated():
    """From stride 4 s to stride s a cell becomes four by four equal ones (nearest)."""
    module = ExchangeModule((1, 1, 1), blocks=1).eval()
    path = module.fuse_layers[0][2]
    found = path(torch.rand(1, 1, 3, 5, generator=torch.Generator().manual_seed(1)))
    assert found.shape == (1, 1, 12, 20)
    assert torch.equal(found, found[..., ::4, ::4].repeat_interleave(4, 2).repeat_interleave(4, 3))
    assert found.unique().numel() == 15
