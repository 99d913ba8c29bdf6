"""The literal model that benchmarks measure against computes what ours does."""

import sys
from pathlib import Path

import pytest
import torch

from animot.tba.learner import backpropagate
from animot.tba.model import TBA
from animot.tba.presets import PAPER_SPRITES

PROJECT = Path(__file__).parent.parent.parent
sys.path += [str(PROJECT / "benchmarks"), str(PROJECT / "tests" / "tba")]

from literal import Literal  # noqa: E402
from tiny_tba import make_frames, make_model  # noqa: E402


def gradients_of(model):
    found = {name: p.grad for name, p in model.named_parameters()}
    model.zero_grad()
    return found


def ours(model, frames, background):
    output, _ = model(frames, background, model.start(len(frames)))
    behind = background[:, None].expand_as(frames).flatten(0, 1)
    terms = backpropagate(model, output, frames.flatten(0, 1), behind)
    ran = (output.confidence > 0).sum(dim=1)
    return terms.total.item(), gradients_of(model), set(ran.tolist())


def literal(model, frames, background):
    value = Literal(model).loss(frames, background)
    value.backward()
    return value.item(), gradients_of(model)


def clips(**kwargs):
    """Darker and brighter ones, so that the loop over trackers ends at different places."""
    frames = make_frames(T=3, **kwargs)
    light = torch.linspace(0.2, 1, len(frames), dtype=frames.dtype)
    return frames * light[:, None, None, None, None]


def assert_same(model, frames, tolerance):
    background = frames[:, 0] / 2
    expected, expected_gradients = literal(model, frames, background)
    found, gradients, lengths = ours(model, frames, background)
    assert len(lengths) >= 4
    assert found == pytest.approx(expected, rel=tolerance)
    for name, gradient in gradients.items():
        scale = expected_gradients[name].abs().max()
        assert scale > 0, name
        assert (gradient - expected_gradients[name]).abs().max() < tolerance * scale, name


def test_loss_and_gradients_of_a_tiny_model():
    assert_same(make_model(bias=-1.5), clips(B=7), 1e-9)


def test_loss_and_gradients_of_the_published_network():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = TBA(PAPER_SPRITES)
    with torch.no_grad():  # some are confident, some are not
        model.rat.output.placement_layer.weight[0].mul_(20)
        model.rat.output.placement_layer.bias[0] = -0.5
    assert_same(model, clips(B=2, config=PAPER_SPRITES, dtype=torch.float32), 1e-3)
