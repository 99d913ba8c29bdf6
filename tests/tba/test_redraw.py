"""The fused squared error: the same numbers as composing, clamping and comparing."""

from dataclasses import replace

import pytest
import torch
from tiny_tba import TINY, make_output
from torch.autograd import gradcheck

from animot.tba.loss import reconstruction_error
from animot.tba.redraw import redrawing_error
from animot.tba.renderer import composite_frame, render

B, K, H, D, W = 2, 5, 7, 3, 11


clamped_or_not = pytest.mark.parametrize("clamp", [False, True])


def rand(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(shape, generator=generator, dtype=torch.float64)


def inputs():
    layers = rand(B, K, H, 1 + D, W)
    layers[:, :, :, 0] *= 1.6  # more than a third of the masks reach beyond 1
    return layers, rand(B, H, D, W, seed=1), rand(B, H, D, W, seed=2)


def plain(layers, background, frames, *, clamp=False):
    """Eqs. 6 (the cut at 1), 8 and 9 in their plain form."""
    planes = layers.transpose(2, 3)
    drawn = composite_frame(
        background.transpose(1, 2), planes[:, :, :1].clamp(max=1), planes[:, :, 1:]
    )
    drawn = drawn.clamp(0, 1) if clamp else drawn
    return (drawn - frames.transpose(1, 2)).square().sum() / len(frames)


@clamped_or_not
@pytest.mark.parametrize(("dtype", "error"), [(torch.float64, 1e-12), (torch.float32, 1e-5)])
def test_value_and_gradient(dtype, error, clamp):
    layers, background, frames = (x.to(dtype) for x in inputs())
    results = []
    for how in (redrawing_error, plain):
        leaf = layers.clone().requires_grad_()
        value = how(leaf, background, frames, clamp=clamp)
        (3 * value).backward()
        results.append((value.detach(), leaf.grad))
    for found, expected in zip(*results, strict=True):
        torch.testing.assert_close(found, expected, rtol=error, atol=error)
    assert (results[0][1][:, :, :, 0][layers[:, :, :, 0] > 1] == 0).all()


def test_mask_of_exactly_one_has_the_gradient_of_a_clamp():
    layers, background, frames = inputs()
    layers[:, :, :, 0] = 1
    gradients = []
    for how in (redrawing_error, plain):
        leaf = layers.clone().requires_grad_()
        how(leaf, background, frames).backward()
        gradients.append(leaf.grad)
    torch.testing.assert_close(*gradients)


@clamped_or_not
def test_numerical_gradient(clamp):
    layers, background, frames = (x[:, ..., :2] for x in inputs())
    layers = layers[:, :, :3].clone().requires_grad_()

    def error(x):
        return redrawing_error(x, background[:, :3], frames[:, :3], clamp=clamp)

    assert gradcheck(error, [layers])


def test_clamped_pixels_give_no_gradient_and_those_at_the_limit_do():
    """One opaque layer over black, as drawn: below 0, at 0, between, at 1, above 1."""
    drawn = torch.tensor([-0.3, 0.0, 0.6, 1.0, 1.7]).double()
    layers = torch.stack([torch.ones(5).double(), drawn])[None, None, None]  # 1 1 1 2 5
    frames = torch.full((1, 1, 1, 5), 0.25).double()
    gradients = []
    for clamp in (True, False):
        leaf = layers.clone().requires_grad_()
        redrawing_error(leaf, torch.zeros_like(frames), frames, clamp=clamp).backward()
        gradients.append(leaf.grad[0, 0, 0, 1])
    clamped, free = gradients
    torch.testing.assert_close(free, 2 * (drawn - 0.25))
    torch.testing.assert_close(clamped, free * torch.tensor([0, 1, 1, 1, 0]).double())


@clamped_or_not
def test_from_tracker_outputs_it_equals_render_and_compare(clamp):
    config = replace(TINY, premultiply=True, clamp_reconstruction=clamp)
    background, frames = 1.5 * rand(B, D, 23, 29, seed=1), rand(B, D, 23, 29, seed=2)
    results = []
    for how in (
        lambda output: reconstruction_error(output, frames, background, config),
        lambda output: (render(output, background, config) - frames).square().sum() / B,
    ):
        output = make_output()
        rendered = ("confidence", "layer", "pose", "mask", "appearance")
        leaves = [getattr(output, name).requires_grad_() for name in rendered]
        value = how(output)
        results.append((value.detach(), *torch.autograd.grad(value, leaves)))
    for found, expected in zip(*results, strict=True):
        torch.testing.assert_close(found, expected)


def test_half_precision_is_close():
    layers, background, frames = inputs()
    low = redrawing_error(*(x.bfloat16() for x in (layers, background, frames)))
    assert low.dtype == torch.float32
    assert low.item() == pytest.approx(plain(layers, background, frames).item(), rel=0.01)
