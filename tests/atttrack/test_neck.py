"""The neck of HRNet: all maps side by side at stride 4."""

import torch
import torch.nn.functional as F

from animot.atttrack.neck import ConcatenatingNeck

WIDTHS = (2, 3, 5, 7)


def make_maps():
    generator = torch.Generator().manual_seed(0)
    return [
        torch.rand(2, width, 16 // 2**i, 24 // 2**i, generator=generator)
        for i, width in enumerate(WIDTHS)
    ]


def test_maps_are_upsampled_side_by_side_and_reduced():
    torch.manual_seed(0)
    neck, maps = ConcatenatingNeck(WIDTHS, out=11).eval(), make_maps()
    seen = []
    neck.reduce.register_forward_pre_hook(lambda _, x: seen.append(x[0]))
    found = neck(maps)
    assert found.shape == (2, 11, 16, 24)
    assert found.min() == 0
    first = 0
    for i, (width, x) in enumerate(zip(WIDTHS, maps, strict=True)):
        finer = F.interpolate(x, scale_factor=2**i, mode="bilinear") if i else x
        torch.testing.assert_close(seen[0][:, first : first + width], finer)
        first += width
    assert seen[0].shape[1] == first
