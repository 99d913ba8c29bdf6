"""Windows: what is in them, which pixels they are, and their sums."""

from dataclasses import replace

import pytest
import torch
from tiny_tba import TINY, make_output

from animot.tba.renderer import place
from animot.tba.windows import draw_windows, sum_windows, touched

(H, W), C = TINY.frame_size, 1 + TINY.frame_channels


def frames_of(windows, B):
    """The contents of each window in an otherwise empty frame of its own."""
    content = windows.content
    frames = content.new_zeros(len(content), C, H * W + 1)
    for frame, pixel, value in zip(frames, windows.pixel, content, strict=True):
        inside = pixel < B * H * W
        frame[:, torch.where(inside, pixel % (H * W), H * W)] = value.T
    return frames[:, :, :-1].unflatten(2, (H, W))


@pytest.mark.parametrize("premultiply", [False, True])
def test_contents_are_what_is_placed_and_nothing_is_left_out(premultiply):
    output = make_output()
    windows = draw_windows(output, replace(TINY, premultiply=premultiply))
    found = frames_of(windows, len(output.pose))
    mask, appearance = output.mask.flatten(0, 1), output.appearance.flatten(0, 1)
    pose = output.pose.flatten(0, 1)
    if premultiply:
        expected = place(torch.cat([mask, mask * appearance], dim=1), pose, TINY)
    else:
        placed = place(mask, pose, TINY)
        expected = torch.cat([placed, placed * place(appearance, pose, TINY)], dim=1)
    torch.testing.assert_close(found, expected)


def test_pixels_are_those_of_the_windows_own_frame():
    output = make_output()
    B, I = output.confidence.shape
    pixel = draw_windows(output, TINY).pixel.unflatten(0, (B, I))
    for b in range(B):
        inside = pixel[b][pixel[b] < B * H * W]
        assert inside.numel() > 0
        assert (inside // (H * W) == b).all()


def test_slots_hold_the_sums_of_their_pixels():
    output = make_output()
    B = len(output.pose)
    windows = draw_windows(output, TINY)
    weights = output.confidence[..., None] * output.layer
    everywhere = sum_windows(windows, weights, None, B * H * W)
    here, slot = touched(windows, B * H * W)
    assert 0 < len(here) < B * H * W
    assert slot[here].tolist() == list(range(len(here)))
    torch.testing.assert_close(
        sum_windows(windows, weights, slot, len(here)), everywhere[:, :, here]
    )
    elsewhere = torch.ones(B * H * W, dtype=torch.bool).index_fill(0, here, False)
    assert (everywhere[:, :, elsewhere] == 0).all()


def test_without_windows_in_the_frame_there_are_no_slots():
    output = make_output()
    output.pose[..., 2:] = 9.0
    B = len(output.pose)
    windows = draw_windows(output, TINY)
    here, slot = touched(windows, B * H * W)
    assert len(here) == 0
    weights = output.confidence[..., None] * output.layer
    assert sum_windows(windows, weights, slot, 0).shape == (TINY.num_layers, C, 0)
