"""Resampling along a line: the window around a box holds every pixel that sees its patch."""

import pytest
import torch

from animot.tba.resampling import line, resampling_matrix, window

FRAME, PATCH, LARGEST = 41, 7, 1.3


def boxes(N=211):
    generator = torch.Generator().manual_seed(0)
    scale, shift = torch.rand(2, N, generator=generator, dtype=torch.float64)
    scale = 2 - LARGEST + 2 * (LARGEST - 1) * scale
    scale[:2] = torch.tensor([2 - LARGEST, LARGEST])
    return scale, (shift - 0.5) * 3  # some lie beyond the ends of the line


def test_a_window_leaves_out_what_weighs_nothing():
    scale, shift = boxes()
    pixels = window(scale, shift, FRAME, PATCH, LARGEST)
    found = resampling_matrix(pixels, scale, shift, FRAME, PATCH)
    wide = line(9 * FRAME, scale) - 4 * FRAME  # also what lies beyond the ends
    everything = resampling_matrix(wide, scale, shift, FRAME, PATCH)
    torch.testing.assert_close(found.sum(dim=1), everything.sum(dim=1))
    for n in range(len(scale)):
        seen = wide[0, everything[n].any(dim=1)].tolist()
        assert set(seen) <= set(pixels[n].tolist())


def test_a_window_is_as_small_as_can_be():
    """The largest box of 7 pixels is seen by at most 1.3 * (7 + 1) = 10.4, so by 10 or 11."""
    scale, shift = boxes()
    scale[:] = LARGEST
    pixels = window(scale, shift, FRAME, PATCH, LARGEST)
    assert pixels.shape == (len(scale), 11)
    weights = resampling_matrix(pixels, scale, shift, FRAME, PATCH)
    counts = weights.any(dim=2).sum(dim=1)
    assert set(counts.tolist()) == {10, 11}
    assert weights[:, 0].any(dim=1).all()  # it starts with a pixel that sees the patch


def test_a_box_of_the_patch_size_copies_the_patch():
    scale, shift = torch.ones(1).double(), torch.zeros(1).double()
    found = resampling_matrix(line(FRAME, scale), scale, shift, FRAME, PATCH)[0]
    first = (FRAME - PATCH) // 2
    torch.testing.assert_close(found[first : first + PATCH], torch.eye(PATCH).double())
    assert found.sum().item() == pytest.approx(PATCH)
