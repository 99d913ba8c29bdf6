"""Distillation: against the oracle, and gradients."""

import pytest
import torch

from animot.atttrack.distillation import Hints, attention_loss, feature_loss
from oracles import atttrack_losses as oracle

B, C, H, W = 2, 5, 3, 7
DISTANCES = {"l2": oracle.squared_distance, "cosine": oracle.cosine_distance}


def rand(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def stages(*widths, seed=0):
    """Stages of halving sizes."""
    return [rand(B, width, 8 // 2**i, 12 // 2**i, seed=seed + i) for i, width in enumerate(widths)]


def lists(tensors):
    return [tensor.tolist() for tensor in tensors]


@pytest.mark.parametrize("likeness", DISTANCES)
@pytest.mark.parametrize("object_weight", [0.0, 4.0])
def test_feature_loss(likeness, object_weight):
    student, teacher, heat = rand(B, C, H, W), rand(B, C, H, W, seed=1), rand(B, H, W).sigmoid()
    found = feature_loss(student, teacher, heat, object_weight, likeness)
    expected = oracle.feature_difference(
        *lists([student, teacher, heat]), object_weight, DISTANCES[likeness]
    )
    assert found.item() == pytest.approx(expected, rel=1e-10)


def test_attention_loss():
    """Channels differ, sizes of the stages, too."""
    students, teachers = stages(3, 5), stages(7, 2, seed=11)
    found = attention_loss(students, teachers)
    expected = oracle.attention_difference(lists(students), lists(teachers))
    assert found.item() == pytest.approx(expected, rel=1e-10)


def test_attention_knows_no_scale():
    students = stages(3, 5)
    scaled = [3 * x for x in students]
    assert attention_loss(students, scaled).item() == pytest.approx(0, abs=1e-30)


def test_hints():
    torch.manual_seed(0)
    hints = Hints((3, 5), (7, 2)).double()
    students, teachers = stages(3, 5), stages(7, 2, seed=11)
    weights = [guess.weight[:, :, 0, 0].tolist() for guess in hints.guesses]
    biases = [guess.bias.tolist() for guess in hints.guesses]
    expected = oracle.hints(lists(students), lists(teachers), weights, biases)
    assert hints(students, teachers).item() == pytest.approx(expected, rel=1e-10)


def test_gradients():
    student, teacher = rand(B, C, H, W).requires_grad_(), rand(B, C, H, W, seed=1)
    heat = rand(B, H, W, seed=2).sigmoid()
    for likeness in DISTANCES:
        assert torch.autograd.gradcheck(
            lambda x, likeness=likeness: feature_loss(x, teacher, heat, 3.0, likeness), student
        )
    wider = rand(B, C + 2, H, W, seed=3)
    assert torch.autograd.gradcheck(lambda x: attention_loss([x], [wider]), student)
    hints = Hints((C,), (C + 2,)).double()
    assert torch.autograd.gradcheck(lambda x: hints([x], [wider]), student)
