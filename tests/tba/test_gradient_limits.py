"""Limited gradients: alone, and at the three places in the model."""

from dataclasses import replace

import pytest
import torch
from tiny_tba import TINY, make_memory, make_model, make_noise, make_state

from animot.tba.departures import NO_LIMITS, GradientLimits
from animot.tba.gradient_limits import limit_at_probabilities, limit_gradient


def rand(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def gradient_through(limit, values, weight):
    leaf = values.clone().requires_grad_()
    passed = limit(leaf)
    (passed * weight).sum().backward()
    return passed.detach(), leaf.grad


def test_long_gradients_are_shortened_sample_by_sample():
    values, weight = rand(3, 5, 7), rand(3, 5, 7, seed=1)
    weight[0] *= 0.6 / weight[0].norm()
    weight[1] *= 9 / weight[1].norm()
    weight[2] = 0
    passed, gradient = gradient_through(lambda x: limit_gradient(x, 2.0), values, weight)
    assert torch.equal(passed, values)
    assert torch.equal(gradient[0], weight[0])
    torch.testing.assert_close(gradient[1], weight[1] * 2 / 9)
    assert (gradient[2] == 0).all()


def test_without_a_limit_nothing_happens():
    values = rand(3, 5)
    assert limit_gradient(values, None) is values
    assert limit_at_probabilities(values, None) is values


def test_layer_logits_are_limited_where_they_are_probabilities():
    logits, weight = rand(11, 4), 10 * rand(11, 4, seed=1)
    passed, found = gradient_through(lambda x: limit_at_probabilities(x, 3.0), logits, weight)
    torch.testing.assert_close(passed.softmax(dim=1), logits.softmax(dim=1))
    probability = logits.softmax(dim=1)
    at_probability = weight / probability
    too_long = (at_probability.norm(dim=1, keepdim=True) / 3).clamp(min=1)
    assert (too_long > 1).any()
    at_probability = at_probability / too_long
    mean = (at_probability * probability).sum(dim=1, keepdim=True)
    torch.testing.assert_close(found, probability * (at_probability - mean))


def test_hopeless_layers_keep_finite_gradients():
    logits = torch.tensor([[0.0, -200.0, 3.0]])
    passed, gradient = gradient_through(
        lambda x: limit_at_probabilities(x, 10.0), logits, torch.ones(1, 3)
    )
    assert passed.isfinite().all()
    assert gradient.isfinite().all()


def keys_and_states(limits):
    """Gradients of a frame's sum of states, for the old states and the memory."""
    model = make_model(replace(TINY, gradient_limits=limits))
    before, memory = make_state(model), make_memory().requires_grad_()
    after, emitted = model.rat(before, memory, end_early=False)
    (100 * after.state.square().sum() + 100 * emitted.pose.sum()).backward()
    return after.state.detach(), memory.grad, model.rat.key.weight.grad


@pytest.mark.parametrize("place", ["attention", "memory"])
def test_limits_in_the_tracker_array(place):
    """Off: the published gradient. On: the same numbers forward, other gradients backward."""
    state, at_memory, at_key = keys_and_states(NO_LIMITS)
    limited, limited_at_memory, limited_at_key = keys_and_states(GradientLimits(**{place: 1e-9}))
    assert torch.equal(limited, state)
    assert (limited_at_memory - at_memory).abs().max() > 1e-3
    # The key acts through the attention alone; the limit at the memory does not bind it.
    if place == "attention":
        assert limited_at_key.norm() < 0.5 * at_key.norm()
    never, never_at_memory, never_at_key = keys_and_states(GradientLimits(**{place: 1e9}))
    assert torch.equal(never, state)
    torch.testing.assert_close(never_at_memory, at_memory)
    torch.testing.assert_close(never_at_key, at_key)


def test_limit_at_the_layer_in_the_output_network():
    gradients = []
    for limit in (None, 1e-9):
        config = replace(TINY, gradient_limits=GradientLimits(layer=limit))
        network = make_model(config).rat.output
        layer, _, _ = network.look(rand(31, 17), make_noise())
        (layer * rand(31, 4, seed=2)).sum().backward()
        gradients.append(network.look_layer.weight.grad.norm().item())
    assert gradients[0] > 1
    assert gradients[1] < 1e-6
