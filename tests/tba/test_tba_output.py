"""NN_out: against the oracle, and the straight-through draws."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny_tba import TINY, make_model, make_noise, theta_of

from animot.tba.output import sample_binary, sample_one_hot
from oracles import tba_rat as oracle


def states(count=31, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(count, TINY.state_size, generator=generator, dtype=torch.float64)


@pytest.mark.eq(3)
def test_output():
    network = make_model().rat.output
    h = states()
    confidence, pose, hidden = (x.detach() for x in network.placement(h))
    layer, mask, appearance = (x.detach() for x in network.look(hidden, None))
    theta = theta_of(make_model())["out"]
    for n in range(len(h)):
        y_c, y_p, last_hidden = oracle.placement(h[n].numpy(), theta)
        y_l, y_s, y_a = oracle.look(last_hidden, theta, 4, 9, 8, 3)
        for found, expected in [
            (confidence[n], y_c),
            (pose[n], y_p),
            (layer[n], y_l),
            (mask[n], y_s),
            (appearance[n], y_a),
        ]:
            np.testing.assert_allclose(found, expected, rtol=1e-9)
    assert len(set(layer.argmax(dim=1).tolist())) > 1
    assert 0.1 < mask.mean() < 0.9


def test_fixed_scale_mask_and_layer():
    """MNIST-MOT: only confidence, shift and appearance are learned (A.2)."""
    config = replace(TINY, fixed_scale=True, fixed_mask=True, num_layers=1, scale_range=(0.0, 0.0))
    network = make_model(config).rat.output
    confidence, pose, hidden = network.placement(states())
    layer, mask, appearance = network.look(hidden, make_noise(0))
    assert network.placement_layer.out_features == 3
    assert network.look_layer.out_features == 3 * 9 * 8
    assert (pose[:, :2] == 0).all()
    assert (pose[:, 2:] != 0).all()
    assert (layer == 1).all()
    assert layer.shape == (31, 1)
    assert (mask == 1).all()
    assert (confidence.shape, appearance.shape) == ((31,), (31, 3, 9, 8))


def test_unused_outputs():
    """On: a fixed mask and a single layer have outputs that change nothing."""
    config = replace(TINY, fixed_mask=True, num_layers=1)
    network = make_model(replace(config, unused_outputs=True)).rat.output
    assert make_model(config).rat.output.look_layer.out_features == 3 * 9 * 8
    assert network.look_layer.out_features == 1 + 9 * 8 + 3 * 9 * 8
    layer, mask, appearance = network.look(network.placement(states())[2], None)
    assert (layer == 1).all()
    assert (mask == 1).all()
    assert (layer.shape, mask.shape) == ((31, 1), (31, 1, 9, 8))
    (layer.sum() + mask.sum() + appearance.sum()).backward()
    gradient = network.look_layer.weight.grad
    assert (gradient[: 1 + 9 * 8] == 0).all()
    assert (gradient[1 + 9 * 8 :] != 0).any(dim=1).all()


def test_tanh_confidence():
    """Off: a sigmoid. On: the same number before it, through |tanh|."""
    plain, changed = (
        make_model(replace(TINY, tanh_confidence=on)).rat.output.placement(states())[0].detach()
        for on in (False, True)
    )
    raw = plain.logit()
    torch.testing.assert_close(changed, raw.tanh().abs())
    assert (raw < 0).any()
    assert (raw > 0).any()


LOGITS = torch.tensor([[-5.0, -1.5, 0.0, 0.4, 5.0]])
DRAWS = 40_000


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_binary_draws_are_ones_as_often_as_they_should(dtype):
    logits = LOGITS.to(dtype).expand(DRAWS, -1)
    drawn = sample_binary(logits, make_noise(0))
    assert set(drawn.unique().tolist()) == {0, 1}
    probability = LOGITS[0].to(dtype).double().sigmoid()
    error = (drawn.double().mean(dim=0) - probability).abs()
    assert (error < 4 * (probability * (1 - probability) / DRAWS).sqrt()).all()


def test_certain_pixels_stay_certain_in_half_precision():
    logits = torch.tensor([[-30.0, 30.0]]).bfloat16().expand(DRAWS, -1)
    drawn = sample_binary(logits, make_noise(0))
    assert drawn.mean(dim=0).tolist() == [0, 1]


def test_one_hot_draws_are_as_frequent_as_they_should():
    logits = LOGITS.double().expand(DRAWS, -1)
    drawn = sample_one_hot(logits, make_noise(1))
    assert set(drawn.unique().tolist()) == {0, 1}
    assert (drawn.sum(dim=1) == 1).all()
    probability = LOGITS[0].double().softmax(dim=0)
    error = (drawn.mean(dim=0) - probability).abs()
    assert (error < 4 * (probability * (1 - probability) / DRAWS).sqrt()).all()


@pytest.mark.parametrize(
    ("sample", "relax"),
    [(sample_binary, torch.sigmoid), (sample_one_hot, lambda x: x.softmax(dim=1))],
)
def test_gradient_is_that_of_the_relaxed_draw(sample, relax):
    """Without noise the relaxed draw is the sigmoid or the softmax itself."""
    logits = torch.randn(3, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    weight = torch.arange(15, dtype=torch.float64).view(3, 5)
    found, expected = logits.clone().requires_grad_(), logits.clone().requires_grad_()
    (weight * sample(found, None)).sum().backward()
    (weight * relax(expected)).sum().backward()
    torch.testing.assert_close(found.grad, expected.grad)


@pytest.mark.parametrize("sample", [sample_binary, sample_one_hot])
def test_gradient_is_taken_where_the_noise_is(sample):
    """Same draw, same gradient; another draw, another gradient."""
    logits = torch.zeros(1, 3, dtype=torch.float64)

    def gradient(seed):
        leaf = logits.clone().requires_grad_()
        sample(leaf, make_noise(seed))[0, 1].backward()
        return leaf.grad

    assert torch.equal(gradient(0), gradient(0))
    assert not torch.equal(gradient(0), gradient(1))


def test_without_a_generator_the_most_likely_value_is_taken():
    assert sample_binary(LOGITS, None).tolist() == [[0, 0, 0, 1, 1]]
    assert sample_one_hot(LOGITS, None).tolist() == [[0, 0, 0, 0, 1]]


@pytest.mark.parametrize("sample", [sample_binary, sample_one_hot])
def test_the_seed_of_the_generator_decides(sample):
    logits = torch.zeros(11, 13)
    first, again, other = (sample(logits, make_noise(s)) for s in (5, 5, 6))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
