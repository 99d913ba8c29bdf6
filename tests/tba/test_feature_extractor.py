"""The feature extractor: against the oracle, and what its cells see."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny_tba import TINY, TINY_FAST, linear_of, make_frames, make_model

from animot.tba.config import ConvLayer
from animot.tba.feature_extractor import coordinate_channels, pooling
from oracles import tba_features as oracle


def theta_feat(model):
    return [linear_of(block[0]) for block in model.extractor.layers]


@pytest.mark.eq(1)
def test_features():
    model, frames = make_model(), make_frames()[:, 0]
    found = model.extractor(frames, torch.zeros_like(frames)).detach()
    assert found.shape == (2, 7, 6, 11)
    for b in range(2):
        sizes = [layer.map_size for layer in TINY.layers]
        expected = oracle.extract(frames[b].numpy(), theta_feat(model), sizes)
        np.testing.assert_allclose(found[b], expected, rtol=1e-9, atol=1e-11)
    assert 0.1 < (found > 0).double().mean() < 0.9  # the last layer has its ReLU


@pytest.mark.parametrize(
    ("size", "map_size", "kind"),
    [((12, 30), (6, 10), "MaxPool2d"), ((12, 30), (5, 10), "AdaptiveMaxPool2d")],
)
def test_pooling_is_adaptive_pooling(size, map_size, kind):
    """Values and gradients, also where several values of a tile are the largest."""
    values = torch.randint(0, 5, (3, 4, *size), generator=torch.Generator().manual_seed(0))
    pool = pooling(size, map_size)
    assert type(pool).__name__ == kind
    gradients = []
    for way in (pool, torch.nn.AdaptiveMaxPool2d(map_size)):
        maps = values.double().requires_grad_()
        pooled = way(maps)
        (pooled * torch.arange(pooled.numel()).view_as(pooled)).sum().backward()
        gradients.append((pooled.detach(), maps.grad))
    assert all(torch.equal(*pair) for pair in zip(*gradients, strict=True))


def test_coordinates_run_from_corner_to_corner():
    found = coordinate_channels(torch.zeros(2, 3, 5, 7))
    assert found.shape == (2, 2, 5, 7)
    assert found[1, :, 0, 0].tolist() == [-1, -1]  # x, then y
    assert found[1, :, 0, 6].tolist() == [1, -1]
    assert found[1, :, 4, 0].tolist() == [-1, 1]
    assert found[0, :, 2, 3].tolist() == pytest.approx([0, 0], abs=1e-6)


def test_background_difference_is_off_as_published():
    frames = make_frames()[:, 0]
    background = torch.full_like(frames, 0.3)
    paper = make_model()
    assert paper.extractor.layers[0][0].in_channels == 5
    off = paper.extractor(frames, background)
    assert torch.equal(off, paper.extractor(frames, torch.zeros_like(frames)))
    on = make_model(replace(TINY, background_difference=True))
    assert on.extractor.layers[0][0].in_channels == 8
    seen = []
    on.extractor.layers[0][0].register_forward_pre_hook(lambda _, x: seen.append(x[0]))
    on.extractor(frames, background)
    torch.testing.assert_close(seen[0][:, :3], frames)
    torch.testing.assert_close(seen[0][:, 5:], frames - background)


def test_normalised_features():
    """On: each cell has mean 0 and variance 1 at the start; off: no cell is negative."""
    frames = make_frames()[:, 0]
    model = make_model(replace(TINY, normalize_features=True))
    model.extractor.norm.reset_parameters()
    assert not any(isinstance(part, torch.nn.ReLU) for part in model.extractor.layers[-1])
    on = model.extractor(frames, frames)
    assert on.mean(dim=-1).abs().max() < 1e-9
    assert on.var(dim=-1, unbiased=False).min() > 0.99
    off = make_model().extractor(frames, frames)
    assert off.min() == 0
    assert off.mean(dim=-1).min() > 0.01


@pytest.mark.parametrize("config", [TINY, TINY_FAST, replace(TINY, attention=False)])
def test_memory_size_is_what_comes_out(config):
    """Also where kernels cut tiles, and with everything in one cell."""
    frames = make_frames(config=config)[:, 0]
    M, N, S = config.memory_size
    features = make_model(config).extractor(frames, frames)
    if config.attention:
        assert features.shape == (2, M, N, S)
    else:
        assert (1, 1, features[0].numel()) == (M, N, S) == (1, 1, 7 * 6 * 11)


@pytest.mark.parametrize(
    ("layer", "size"),
    [
        (ConvLayer(channels=2, kernel=(4, 4), stride=4), (5, 7)),
        (ConvLayer(channels=2, kernel=(3, 3), stride=2), (12, 15)),
        (ConvLayer(channels=2, kernel=(5, 3)), (23, 29)),
        (ConvLayer(channels=2, kernel=(5, 3), map_size=(6, 9)), (6, 9)),
    ],
)
def test_size_after_a_layer(layer, size):
    config = replace(TINY, layers=(layer,))
    frames = make_frames()[:, 0]
    found = make_model(config).extractor(frames, frames)
    assert layer.size_after((23, 29)) == found.shape[1:3] == size
