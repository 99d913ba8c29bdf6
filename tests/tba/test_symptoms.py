"""Signs of health, counted by hand: 3 frames, 5 trackers, black frames of 23 x 29 pixels."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny_tba import TINY, make_frames, make_model, make_noise, make_output

from animot.tba.learner import backpropagate
from animot.tba.output import TrackerOutput
from animot.tba.symptoms import corners, gradient_norm, measure, on_one_object, something_moves

# Boxes are 9 pixels high and 8 wide, of a frame of 23 x 29.
PATCH = 9 * 8 / (23 * 29)
NAMES = [
    "moving",
    "confidence",
    "widest",
    "held",
    "drawn",
    "crowded",
    "doubled",
    "energy",
    "residual",
    "gradient",
    "key_gradient",
]


def output_with(confidence, shift_x, mask) -> TrackerOutput:
    """Trackers of the patch's size in the middle row."""
    confidence = torch.tensor(confidence, dtype=torch.float64)
    B = len(confidence)
    pose = torch.zeros(B, 5, 4, dtype=torch.float64)
    pose[..., 2] = torch.tensor(shift_x)
    filled = torch.zeros(B, 5, 1, 9, 8, dtype=torch.float64)
    filled[..., : round(9 * mask), :] = 1
    return replace(make_output(B), confidence=confidence, pose=pose, mask=filled)


def signs_of(output, frames, config=TINY):
    background = torch.zeros_like(frames)
    error = torch.tensor(11.0, dtype=torch.float64)
    return measure(make_model(config), output, frames, background, error)


@pytest.fixture
def frames():
    """Something moves in the first two of three frames: 10 pixels of three channels, at 0.5."""
    frames = torch.zeros(3, 3, 23, 29, dtype=torch.float64)
    frames[:2, :, 4, 3:13] = 0.5
    return frames


def test_signs_of_three_frames(frames):
    apart = [-0.8, -0.3, 0.2, 0.7, 0.5]
    together = [-0.8, -0.75, 0.2, 0.7, 0.4]
    confidence = [[0.9, 0.8, 0.1, 0, 0], [0.6, 0.7, 0.2, 0, 0], [0.3, 0.1, 0, 0, 0]]
    output = output_with(confidence, [apart, together, together], mask=1 / 3)
    found = signs_of(output, frames)
    assert list(found) == NAMES
    assert found["moving"] == pytest.approx(2 / 3)
    assert found["confidence"] == pytest.approx((0.9 + 0.7) / 3)
    # The surest box of each frame lacks the pixels beyond the border: 0.2 half frames from it,
    # 2.9 pixels, lies the middle of 8, so that the second one counts more.
    assert 0.9 * (8 - (4 - 2.9)) / 8 < 0.8
    inside = [0.8, 0.7 * (8 - (4 - 0.25 * 14.5)) / 8]
    assert found["widest"] == pytest.approx(PATCH * sum(inside) / 3)
    assert found["held"] == pytest.approx((1.8 + 1.5 + 0.4) / 3)
    assert found["drawn"] == pytest.approx((1.8 + 1.5 + 0.4) / 9)
    assert found["crowded"] == pytest.approx(2 / 3)
    assert found["doubled"] == pytest.approx(1 / 3)
    assert found["energy"] == pytest.approx(2 * 30 * 0.25 / 3)
    assert found["residual"] == 11


def test_where_nothing_moves_confidence_does_not_count(frames):
    output = output_with([[0.9] * 5] * 3, [[0.0] * 5] * 3, mask=1.0)
    found = signs_of(output, 0 * frames)
    assert (found["moving"], found["confidence"], found["widest"]) == (0, 0, 0)
    assert found["doubled"] == 1


def test_an_error_that_counts_differences_too_has_as_much_energy(frames):
    output = output_with([[0.9] * 5] * 3, [[0.0] * 5] * 3, mask=1.0)
    twice = signs_of(output, frames, replace(TINY, difference_weight=1.0))["energy"]
    assert twice == pytest.approx(2 * signs_of(output, frames)["energy"])


def test_noise_is_no_movement():
    """In the cell that differs most: 0.03 of a frame's range is noise, 0.3 is not."""
    background = make_frames(2)[:, 0]
    frames = background.clone()
    frames[0] += 0.03
    frames[1, :, :4, :5] += 0.3
    assert something_moves(frames, background, (7, 6)).tolist() == [False, True]


def test_boxes_are_those_of_the_pose():
    pose = torch.tensor([[[1.0, -1.0, 0.25, -0.5]] * 5])
    box = corners(replace(make_output(1), pose=pose.double()), TINY)[0, 0].numpy()
    width, height = 1.3 * 8 * 2 / 29, 0.8 * 9 * 2 / 23
    expected = [0.25 - width / 2, -0.5 - height / 2, 0.25 + width / 2, -0.5 + height / 2]
    np.testing.assert_allclose(box, expected, rtol=1e-6)


def test_one_object_is_an_iou_above_a_half_of_two_that_are_on():
    def box(left):
        return [left, 0.0, left + 3.0, 2.0]

    # An IoU of 2.1 / 3.9 is above a half, of 1.8 / 4.2 it is not.
    boxes = torch.tensor([[box(0), box(0.9)], [box(0), box(1.2)], [box(0), box(0.9)]])
    on = torch.tensor([[True, True], [True, True], [True, False]])
    assert on_one_object(boxes, on).tolist() == [True, False, False]


def test_gradient_norm_is_that_of_all_parameters_as_one_vector():
    model = make_model(dtype=torch.float32)
    assert gradient_norm(model) == 0
    frames = make_frames(2, 3, dtype=torch.float32)
    background = torch.zeros_like(frames[:, 0])
    output, _ = model(frames, background, model.start(2), noise=make_noise())
    seen = frames.flatten(0, 1)
    backpropagate(model, output, seen, torch.zeros_like(seen))
    flat = torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None])
    assert gradient_norm(model) == pytest.approx(flat.norm().item(), rel=1e-5)
    found = measure(model, output, seen, torch.zeros_like(seen), torch.tensor(0.0))
    keys = torch.cat([p.grad.flatten() for p in model.rat.key.parameters()]).norm().item()
    assert found["key_gradient"] == pytest.approx(keys, rel=1e-5)
    assert 0 < found["key_gradient"] < found["gradient"]
