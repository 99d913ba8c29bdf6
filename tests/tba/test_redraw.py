"""The fused squared error: the same numbers as composing, clamping and comparing."""

from dataclasses import replace

import pytest
import torch
from tiny_tba import TINY, make_output
from torch.autograd import gradcheck

from animot.tba.redraw import Redrawing, composing_error
from animot.tba.renderer import composite_frame, render

B, K, D, P = 2, 5, 3, 77


clamped_or_not = pytest.mark.parametrize("clamp", [False, True])


def rand(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(shape, generator=generator, dtype=torch.float64)


def inputs():
    layers = rand(K, 1 + D, P)
    layers[:, 0] *= 1.6  # more than a third of the masks reach beyond 1
    return layers, rand(D, P, seed=1), rand(D, P, seed=2)


def plain(layers, background, frames, *, clamp=False):
    """Eqs. 6 (the cut at 1), 8 and 9 in their plain form."""
    planes = layers[None, :, :, None]
    drawn = composite_frame(
        background[None, :, None], planes[:, :, :1].clamp(max=1), planes[:, :, 1:]
    )
    drawn = drawn.clamp(0, 1) if clamp else drawn
    return (drawn[0, :, 0] - frames).square().sum()


@clamped_or_not
@pytest.mark.parametrize(("dtype", "error"), [(torch.float64, 1e-12), (torch.float32, 1e-5)])
def test_value_and_gradient(dtype, error, clamp):
    layers, background, frames = (x.to(dtype) for x in inputs())
    results = []
    for how in (composing_error, plain):
        leaf = layers.clone().requires_grad_()
        value = how(leaf, background, frames, clamp=clamp)
        (3 * value).backward()
        results.append((value.detach(), leaf.grad))
    for found, expected in zip(*results, strict=True):
        torch.testing.assert_close(found, expected, rtol=error, atol=error)
    assert (results[0][1][:, 0][layers[:, 0] > 1] == 0).all()


def test_mask_of_exactly_one_has_the_gradient_of_a_clamp():
    layers, background, frames = inputs()
    layers[:, 0] = 1
    gradients = []
    for how in (composing_error, plain):
        leaf = layers.clone().requires_grad_()
        how(leaf, background, frames).backward()
        gradients.append(leaf.grad)
    torch.testing.assert_close(*gradients)


@clamped_or_not
def test_numerical_gradient(clamp):
    layers, background, frames = (x[..., :6] for x in inputs())
    layers = layers.clone().requires_grad_()

    def error(x):
        return composing_error(x, background, frames, clamp=clamp)

    assert gradcheck(error, [layers])


def test_clamped_pixels_give_no_gradient_and_those_at_the_limit_do():
    """One opaque layer over black, as drawn: below 0, at 0, between, at 1, above 1."""
    drawn = torch.tensor([-0.3, 0.0, 0.6, 1.0, 1.7]).double()
    layers = torch.stack([torch.ones(5).double(), drawn])[None]
    frames = torch.full((1, 5), 0.25).double()
    gradients = []
    for clamp in (True, False):
        leaf = layers.clone().requires_grad_()
        composing_error(leaf, torch.zeros_like(frames), frames, clamp=clamp).backward()
        gradients.append(leaf.grad[0, 1])
    clamped, free = gradients
    torch.testing.assert_close(free, 2 * (drawn - 0.25))
    torch.testing.assert_close(clamped, free * torch.tensor([0, 1, 1, 1, 0]).double())


ways = pytest.mark.parametrize("premultiply", [False, True])


def both_ways(output, config, background, frames):
    """Value and gradients of rendering and comparing, and of ours."""

    def plain(output):
        return (render(output, background, config) - frames).square().sum() / B

    def ours(output):
        redrawing = Redrawing(output, frames, background, config)
        return redrawing.error(output.confidence, output.layer)

    for how in (plain, ours):
        names = ("confidence", "layer", "pose", "mask", "appearance")
        leaves = {name: getattr(output, name).detach().requires_grad_() for name in names}
        value = how(replace(output, **leaves))
        yield value.detach(), *torch.autograd.grad(value, list(leaves.values()))


@ways
@clamped_or_not
def test_from_tracker_outputs_it_equals_render_and_compare(clamp, premultiply):
    config = replace(TINY, premultiply=premultiply, clamp_reconstruction=clamp)
    background, frames = 1.5 * rand(B, D, 23, 29, seed=1), rand(B, D, 23, 29, seed=2)
    for found, expected in zip(*both_ways(make_output(), config, background, frames), strict=True):
        torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("shift", [(-1.0, -1.0), (1.0, 0.3), (0.0, 0.0), (4.0, 4.0)])
def test_windows_may_lie_beyond_the_border(shift):
    background, frames = rand(B, D, 23, 29, seed=1), rand(B, D, 23, 29, seed=2)
    output = make_output()
    output.pose[..., 2:] = torch.tensor(shift).double()
    for found, expected in zip(*both_ways(output, TINY, background, frames), strict=True):
        torch.testing.assert_close(found, expected)


def test_other_confidences_are_drawn_with_what_there_is():
    background, frames = rand(B, D, 23, 29, seed=1), rand(B, D, 23, 29, seed=2)
    output = make_output()
    redrawing = Redrawing(output, frames, background, TINY)
    for confidence in (torch.ones_like(output.confidence), torch.zeros_like(output.confidence)):
        drawn = render(replace(output, confidence=confidence), background, TINY)
        torch.testing.assert_close(
            redrawing.error(confidence, output.layer), (drawn - frames).square().sum() / B
        )
