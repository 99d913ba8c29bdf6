"""The cost of changing looks."""

from dataclasses import replace

import pytest
import torch
from tiny_tba import TINY, TINY_FAST, TinyClips, make_model, make_output

from animot.tba.constancy import change_of_looks
from animot.tba.learner import TBALearner

B, T, I = 2, 4, TINY.num_trackers


def literal_cost(output):
    """Tracker by tracker and frame by frame."""
    cost = 0.0
    for b in range(B):
        for i in range(I):
            memory = None
            for t in range(T):
                n = b * T + t
                if output.confidence[n, i] <= 0.5:
                    continue
                look = output.mask[n, i] * output.appearance[n, i]
                if memory is None:
                    memory = look
                    continue
                cost += (look - memory).square().sum().item()
                memory = 0.7 * memory + 0.3 * look
    return cost / (B * T)


def test_against_loops():
    output = make_output(B * T)
    assert 0.2 < (output.confidence > 0.5).double().mean() < 0.8
    found = change_of_looks(output, B)
    assert found.item() == pytest.approx(literal_cost(output))
    assert found > 0.1


def held(looks):
    """One clip in which all trackers are sure, and look alike in each frame."""
    output = make_output(len(looks))
    appearance = torch.stack([torch.full_like(output.appearance[0], look) for look in looks])
    ones = torch.ones_like
    return replace(
        output, confidence=ones(output.confidence), mask=ones(output.mask), appearance=appearance
    )


def test_looks_that_last_cost_nothing():
    assert change_of_looks(held([0.4, 0.4, 0.4]), 1) == 0
    assert change_of_looks(held([0.4, 0.4, 0.9]), 1) > 0


def test_what_was_not_sure_is_not_compared():
    output = held([0.4, 0.9, 0.4])
    output.confidence[1] = 0.5
    assert change_of_looks(output, 1) == 0


def test_only_the_new_look_learns():
    output = make_output(B * T)
    output.confidence[:] = 1
    appearance = output.appearance.requires_grad_()
    change_of_looks(output, B).backward()
    moved = appearance.grad.flatten(1).abs().sum(dim=1).unflatten(0, (B, T)) > 0
    assert moved.tolist() == [[False, True, True, True]] * B


def test_constancy_weight():
    """On: it adds to the gradient once the warm-up is over. Off: it does not, nor before."""

    def gradient(weight, step):
        config = replace(TINY_FAST, warm_up_steps=5, constancy_weight=weight)
        model = make_model(config, bias=3.0, dtype=torch.float32)
        TBALearner(model, TinyClips(config), 0).step(step)
        return model.rat.output.look_layer.weight.grad

    assert torch.equal(gradient(0.0, 2), gradient(50.0, 2))
    off, on, more = (gradient(weight, 9) for weight in (0.0, 50.0, 100.0))
    assert (on - off).norm() > 1e-3 * off.norm()
    torch.testing.assert_close(more - off, 2 * (on - off), rtol=1e-2, atol=1e-3)
