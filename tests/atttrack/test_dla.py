"""DLA: against the published size, and what its trees and neck are made of."""

import torch
import torch.nn.functional as F

from animot.atttrack.config import DLA_34, DLAConfig
from animot.atttrack.dla import DLA
from animot.atttrack.dla_neck import MergingNeck, bilinear_kernel

CLASSIFIER = 512 * 1000 + 1000


def parameters(module):
    return sum(parameter.numel() for parameter in module.parameters())


def test_number_of_parameters_is_the_published_one():
    assert parameters(DLA(DLA_34)) + CLASSIFIER == 15_742_104


def test_channels_are_the_published_ones():
    maps = DLA(DLA_34).eval()(torch.zeros(1, 3, 64, 96))
    assert [tuple(x.shape[1:]) for x in maps] == [
        (64, 16, 24), (128, 8, 12), (256, 4, 6), (512, 2, 3)
    ]  # fmt: skip


def test_roots_see_their_children():
    """Two blocks; from the second level on the halved input; in deep trees the first tree, too."""
    network = DLA(DLA_34)
    trees = [level.tree for level in network.levels]
    assert trees[0].root.conv.in_channels == 64 + 64
    assert trees[1].tree1.root.conv.in_channels == 128 + 128
    assert trees[1].tree2.root.conv.in_channels == 128 + 128 + 128 + 64
    assert trees[3].root.conv.in_channels == 512 + 512 + 256


def test_depths_and_widths_are_free():
    config = DLAConfig(widths=(2, 3, 5, 7, 11, 13), depths=(1, 3, 2, 1))
    maps = DLA(config).eval()(torch.rand(2, 3, 64, 96))
    assert [x.shape[1] for x in maps] == [5, 7, 11, 13]
    assert MergingNeck((5, 7, 11, 13), out=17).eval()(maps).shape == (2, 17, 16, 24)


def test_neck_hears_of_all_maps():
    neck = MergingNeck((2, 3, 5, 7), out=2).eval()
    generator = torch.Generator().manual_seed(0)
    maps = [
        torch.rand(1, width, 16 // 2**i, 24 // 2**i, generator=generator)
        for i, width in enumerate((2, 3, 5, 7))
    ]
    before = neck(maps)
    assert before.shape == (1, 2, 16, 24)
    for changed in range(4):
        after = neck([x + 1 if i == changed else x for i, x in enumerate(maps)])
        assert (after - before).abs().max() > 1e-6, changed


def test_upsampling_starts_bilinear():
    for factor in (2, 4):
        x = torch.rand(1, 1, 5, 7, generator=torch.Generator().manual_seed(0))
        kernel = bilinear_kernel(factor)[None, None]
        found = F.conv_transpose2d(x, kernel, stride=factor, padding=factor // 2)
        expected = F.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)
        inner = (..., slice(factor, -factor), slice(factor, -factor))  # at the border zeros mix in
        torch.testing.assert_close(found[inner], expected[inner])
