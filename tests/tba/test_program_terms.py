"""The loss of the authors' program: against the oracle, and each term on and off."""

from dataclasses import fields, replace

import numpy as np
import pytest
import torch
from tiny_tba import TINY, TINY_RELEASED, make_frames, make_output
from torch.autograd import gradcheck

from animot.tba.loss import loss
from animot.tba.program_terms import difference_error, entropy, faintness
from animot.tba.renderer import render
from oracles import tba_program as program

ASPECT = TINY_RELEASED.aspect
ZETA = (ASPECT.size_range, ASPECT.ratio, ASPECT.ratio_range)
OFF = {
    "tightness": 1.0,
    "entropy": 0.0,
    "appearance": 0.0,
    "least": 0.0,
    "difference": 0.0,
}


def setting():
    """Outputs of two frames; two trackers of the second did not run."""
    output = make_output()
    output.confidence[1, [1, 4]] = 0
    return output, make_frames()[:, 0], make_frames(seed=5)[:, 0]


def expected_loss(weights):
    output, frames, background = setting()
    total = 0.0
    for b in range(2):
        arrays = {name: value[b].numpy() for name, value in vars(output).items()}
        drawn = program.render(arrays, background[b].numpy(), ZETA)
        total += program.loss(
            arrays, drawn, frames[b].numpy(), background[b].numpy(), ZETA, OFF | weights
        )
    return total / 2


def found_loss(**changes):
    config = replace(TINY, premultiply=True, aspect=ASPECT, **changes)
    return loss(*setting(), config).total.item()


def test_rendering():
    output, _, background = setting()
    found = render(output, background, TINY_RELEASED)
    for b in range(2):
        arrays = {name: value[b].numpy() for name, value in vars(output).items()}
        expected = program.render(arrays, background[b].numpy(), ZETA)
        np.testing.assert_allclose(found[b], expected, rtol=1e-9, atol=1e-11)


def test_the_whole_loss():
    weights = {
        "tightness": 13.0,
        "entropy": 1.0,
        "appearance": 0.1,
        "least": 110.0,
        "difference": 1.0,
    }
    found = loss(*setting(), TINY_RELEASED).total.item()
    assert found == pytest.approx(expected_loss(weights), rel=1e-10)


@pytest.mark.parametrize(
    ("changes", "weights"),
    [
        ({}, {}),
        ({"tightness_weight": 13.0}, {"tightness": 13.0}),
        ({"entropy_weight": 3.0}, {"entropy": 3.0}),
        (
            {"appearance_weight": 0.7, "least_appearance": 110.0},
            {"appearance": 0.7, "least": 110.0},
        ),
        ({"difference_weight": 2.0}, {"difference": 2.0}),
    ],
)
def test_each_term_alone(changes, weights):
    expected = expected_loss(weights)
    assert found_loss(**changes) == pytest.approx(expected, rel=1e-10)
    if changes:
        assert abs(expected - expected_loss({})) > 0.1


def test_entropy():
    """None for what is certain, log 2 for what is not; finite gradients everywhere."""
    y = torch.tensor([[0.0, 0.5, 1.0]]).requires_grad_()
    found = entropy(y)
    assert found[0].tolist() == pytest.approx([0, 0.6931472, 0])
    found.sum().backward()
    assert y.grad.isfinite().all()
    assert y.grad[0, 1].item() == pytest.approx(0, abs=1e-6)


def test_faintness_is_what_is_lacking():
    appearance = torch.zeros(1, 3, 2, 5, 7)
    appearance[0, 1, 0] = 0.1  # 3.5 in all
    appearance[0, 2] = 1.0  # 70
    assert faintness(appearance, 20.0).tolist() == [pytest.approx([20, 16.5, 0])]


def test_gradient_of_the_difference_error():
    """Against small differences, away from where the absolute value has its kink."""
    drawn, frames, background = (make_frames(seed=s)[:, 0, :, :3, :4] for s in (1, 2, 3))
    drawn = (drawn + 2).requires_grad_()
    assert gradcheck(lambda x: difference_error(x, frames, background), [drawn])
    same = difference_error(2 * background - frames, frames, background)
    assert same.item() == pytest.approx(0)  # as far off, on the other side


def test_masked_trackers_get_no_gradient():
    output, frames, background = setting()
    leaves = {f.name: getattr(output, f.name).requires_grad_() for f in fields(output)}
    loss(replace(output, **leaves), frames, background, TINY_RELEASED).total.backward()
    assert (output.appearance.grad[1, [1, 4]] == 0).all()
    assert (output.appearance.grad[1, [0, 2, 3]] != 0).any()
