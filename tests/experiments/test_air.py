"""The baseline: its parts, and that it learns."""

import sys
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.distributions import Bernoulli, Normal, kl_divergence

from animot.data.clips import MadeClips
from animot.data.sprites_mot import SpritesMOT
from animot.tba.noise import Noise

sys.path.append(str(Path(__file__).parent.parent.parent / "experiments"))

import air
import air_model
from air_model import AIR

B, D, H, W, U, V, T = 5, 3, 40, 56, 9, 7, 2


@pytest.fixture
def model() -> AIR:
    torch.manual_seed(3)
    return AIR(D, (U, V), T)


def make_noise(seed: int) -> Noise:
    return Noise(torch.Generator().manual_seed(seed))


def make_frames() -> torch.Tensor:
    """One bright square each, at another place."""
    frames = torch.zeros(B, D, H, W)
    for b in range(B):
        frames[b, b % D, 4 + 5 * b : 12 + 5 * b, 8 * b : 8 * b + 7] = 1
    return frames


def test_shapes_and_ranges(model: AIR) -> None:
    frames = make_frames()
    found = model(frames, make_noise(1))
    assert found.presence.shape == (B, T)
    assert found.window.shape == (B, T, D, U, V)
    assert found.reconstruction.shape == (B, D, H, W)
    assert set(found.presence.unique().tolist()) <= {0, 1}
    assert (found.presence[:, 1] <= found.presence[:, 0]).all()  # nothing comes after nothing
    assert found.divergence.min() > 0
    assert found.loss(frames).isfinite()


def test_noise_is_a_function_of_its_seed(model: AIR) -> None:
    one, again, other = (model(make_frames(), make_noise(seed)).window for seed in (1, 1, 2))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)


def test_what_is_pasted_is_cut_again(model: AIR) -> None:
    torch.manual_seed(0)
    windows = torch.rand(B, D, U, V)
    size = torch.tensor([V / W, U / H]).expand(B, 2)
    centre = torch.tensor([[-0.5 + 3 / W, 0.25 + 1 / H]]).expand(B, 2)  # on whole pixels
    frames = air_model._paste(windows, size, centre, torch.zeros(B, D, H, W))
    torch.testing.assert_close(air_model._cut(frames, size, centre, (U, V)), windows)
    rows, columns = (frames.sum(dim=(0, 1)) > 0.01).nonzero().unbind(1)
    assert (rows.min(), rows.max()) == (21, 29)
    assert (columns.min(), columns.max()) == (12, 18)


def test_divergences() -> None:
    numbers = torch.linspace(-1, 1, 12).view(2, 6)
    drawn, found = air_model._gaussian(numbers, None)
    mean, deviation = numbers[:, :3], numbers[:, 3:].exp()
    expected = kl_divergence(Normal(mean, deviation), Normal(0, 1)).sum(dim=1)
    torch.testing.assert_close(found, expected)
    torch.testing.assert_close(drawn, mean)
    logits = torch.tensor([-3.0, 0.0, 2.0])
    expected = kl_divergence(Bernoulli(logits=logits), Bernoulli(air_model.ONE_MORE))
    torch.testing.assert_close(air_model._bernoulli_divergence(logits), expected)


def test_gaussian_draws_have_their_mean_and_deviation() -> None:
    numbers = torch.tensor([[0.7, -0.4]]).expand(20_000, 2)
    drawn, _ = air_model._gaussian(numbers, make_noise(1))
    assert drawn.mean() == pytest.approx(0.7, abs=0.02)
    assert drawn.std() == pytest.approx(np.exp(-0.4), abs=0.02)


def test_every_part_gets_a_gradient(model: AIR) -> None:
    frames = make_frames()
    model(frames, make_noise(2)).loss(frames).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


@pytest.mark.slow
def test_the_loss_falls_and_something_is_drawn() -> None:
    torch.manual_seed(0)
    model = AIR(3, (21, 21), 2)
    source = MadeClips(SpritesMOT(1, 1, height=48, width=56), 16, 1, first_stream=1)
    losses = list(islice(air.learn(model, source, 1), 180))
    assert np.mean(losses[-20:]) < 0.6 * np.mean(losses[:20])
    frames = source.batch(179).frames[:, 0]
    strip = air.strip_of(model, frames)
    assert strip.frames.shape == frames.shape
    assert strip.outputs.shape == (16, 2, 21, 21, 3)
    error, energy = (
        np.square(frames.astype(float) - drawn).sum() for drawn in (strip.frames, np.zeros(1))
    )
    assert error < 0.8 * energy


def test_windows_are_those_of_the_trackers() -> None:
    digits, sprites = (air.model_for(air.experiment_of(n)) for n in ("tba-mnist", "tba-sprites"))
    assert (digits.channels, digits.window, digits.most) == (1, (28, 28), 4)
    assert (sprites.channels, sprites.window, sprites.most) == (3, (21, 21), 4)
