"""The loss: against the oracle, and its departures."""

from dataclasses import replace

import pytest
import torch
from tiny_tba import TINY, make_frames, make_output

from animot.tba.loss import loss
from oracles import tba_renderer as oracle


def setting():
    """Outputs of two frames; two trackers of the second did not run."""
    output = make_output()
    output.confidence[1, [1, 4]] = 0
    return output, make_frames()[:, 0], make_frames(seed=5)[:, 0]


@pytest.mark.eq(9)
@pytest.mark.parametrize("weight", [1.0, 13.0])
def test_loss(weight):
    output, frames, background = setting()
    found = loss(output, frames, background, replace(TINY, tightness_weight=weight))
    expected = 0
    for b in range(2):
        arrays = {name: value[b].numpy() for name, value in vars(output).items()}
        drawn = oracle.render(arrays, background[b].numpy(), TINY.scale_range)
        expected += oracle.loss(
            drawn,
            frames[b].numpy(),
            arrays["pose"],
            arrays["confidence"] > 0,
            TINY.scale_range,
            weight,
        )
    assert found.total.item() == pytest.approx(expected / 2, rel=1e-10)
    assert found.total.item() == pytest.approx(
        (found.reconstruction + weight * found.tightness).item()
    )


def test_error_is_summed_over_a_frame_and_averaged_over_frames():
    """An empty reconstruction that is wrong by 1/2 everywhere."""
    output = replace(make_output(), confidence=torch.zeros(2, 5).double())
    frames = torch.full((2, 3, 23, 29), 0.5).double()
    found = loss(output, frames, torch.zeros_like(frames), TINY)
    assert found.reconstruction.item() == pytest.approx(3 * 23 * 29 / 4)
    assert found.tightness == 0


def test_presence_weight():
    """Off: no such term. On: confidence times area, summed over trackers, mean over frames."""
    output, frames, background = setting()
    off = loss(output, frames, background, TINY)
    on = loss(output, frames, background, replace(TINY, presence_weight=7.0))
    assert on.reconstruction == off.reconstruction
    area = torch.tensor(
        [[oracle.scale_of(pose, TINY.scale_range) for pose in row] for row in output.pose.numpy()]
    ).prod(dim=-1)
    presence = (output.confidence * area).sum() / 2
    assert on.total.item() == pytest.approx((off.total + 7 * presence).item())
    assert on.presence.item() == pytest.approx(presence.item())
    part = loss(output, frames, background, replace(TINY, presence_weight=7.0), 0.25)
    assert part.total.item() == pytest.approx((off.total + 7 * 0.25 * presence).item())


def test_opaque_weight():
    """Off: no such term. On: the error of the frames with confidences of 0 and 1."""
    output, frames, background = setting()
    output.confidence[0] = torch.tensor([0.05, 0.3, 0.31, 0.5, 1.0])
    off = loss(output, frames, background, TINY)
    on = loss(output, frames, background, replace(TINY, opaque_weight=3.0))
    assert off.opaque == 0
    assert on.reconstruction == off.reconstruction
    sure = replace(output, confidence=(output.confidence > 0.3).double())
    expected = 3 * loss(sure, frames, background, TINY).reconstruction
    assert on.opaque.item() == pytest.approx(expected.item())
    assert on.total.item() == pytest.approx((off.total + expected).item())


def test_the_opaque_error_leaves_confidences_alone():
    output, frames, background = setting()
    leaves = {name: value.requires_grad_() for name, value in vars(output).items()}
    loss(output, frames, background, replace(TINY, opaque_weight=3.0)).opaque.backward()
    assert leaves["confidence"].grad is None
    for name in ("pose", "layer", "mask", "appearance"):
        assert leaves[name].grad.abs().sum() > 0
