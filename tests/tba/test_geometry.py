"""Boxes from the output network's numbers: as published, and as the authors' program has them."""

from dataclasses import replace

import pytest
import torch
from tiny_tba import TINY, TINY_RELEASED, make_output
from torch.autograd import gradcheck

from animot.errors import InputError
from animot.tba.departures import AspectRange
from animot.tba.geometry import largest_scale, object_scale, pose_of
from animot.tba.one_stream.geometry import Geometry
from oracles import tba_program as program

(H, W), (U, V) = TINY.frame_size, TINY.patch_size
ASPECT = TINY_RELEASED.aspect
ZETA = (ASPECT.size_range, ASPECT.ratio, ASPECT.ratio_range)


def raw(count=7, outputs=4):
    generator = torch.Generator().manual_seed(0)
    return torch.randn(count, outputs, generator=generator, dtype=torch.float64)


def test_as_published_a_pose_is_four_tanh():
    assert torch.equal(pose_of(raw(), TINY), raw().tanh())


def test_a_fixed_scale_is_zero_and_not_among_the_outputs():
    found = pose_of(raw(outputs=2), replace(TINY, fixed_scale=True))
    assert (found[:, :2] == 0).all()
    assert torch.equal(found[:, 2:], raw(outputs=2).tanh())


def test_shift_margin_and_reverse_shift():
    shift = raw().tanh()[:, 2:]
    less = torch.tensor([1 - 0.7 * V / W, 1 - 0.7 * U / H], dtype=torch.float64)
    for change, factor in [
        ({"shift_margin": 0.7}, less),
        ({"reverse_shift": True}, -torch.ones(2).double()),
        ({"shift_margin": 0.7, "reverse_shift": True}, -less),
    ]:
        found = pose_of(raw(), replace(TINY, **change))
        torch.testing.assert_close(found[:, 2:], factor * shift)
        assert torch.equal(found[:, :2], raw().tanh()[:, :2])


def test_aspect():
    """Off: two scales. On: a size and a ratio; the area depends on the size alone."""
    pose = make_output().pose
    config = replace(TINY, aspect=ASPECT)
    eta = torch.tensor(TINY.scale_range, dtype=torch.float64)
    torch.testing.assert_close(object_scale(pose, TINY), 1 + eta * pose[..., :2])
    found = object_scale(pose, config)
    for b in range(2):
        for i in range(5):
            height, width, area = program.box_of(pose[b, i].tolist(), ZETA, (U, V))
            assert found[b, i].tolist() == pytest.approx([width / V, height / U])
            assert found[b, i].prod().item() == pytest.approx(area)


def test_aspect_reaches_the_boxes_that_are_reported():
    pose = make_output().pose[0]
    boxes = Geometry(TINY_RELEASED).boxes(pose.numpy())
    for i in range(5):
        height, width, _ = program.box_of(pose[i].tolist(), ZETA, (U, V))
        left, top, right, bottom = boxes[i]
        assert [(right - left) * W, (bottom - top) * H] == pytest.approx([width, height])


def test_gradient_of_aspect():
    pose = make_output().pose.requires_grad_()
    assert gradcheck(lambda pose: object_scale(pose, TINY_RELEASED), [pose])


def test_a_ratio_that_reaches_zero_is_refused():
    with pytest.raises(InputError, match="smaller ratio_range"):
        AspectRange(size_range=0.1, ratio=0.3, ratio_range=0.3)


@pytest.mark.parametrize("aspect", [None, AspectRange(size_range=0.5, ratio=1.3, ratio_range=0.4)])
def test_no_pose_is_larger_than_the_largest_scale(aspect):
    config = replace(TINY, aspect=aspect)
    corners = torch.tensor([[x, y, 0, 0] for x in (-1.0, 1.0) for y in (-1.0, 1.0)])
    reached = object_scale(corners.double(), config).amax(dim=0)
    assert reached.tolist() == pytest.approx(largest_scale(config))
