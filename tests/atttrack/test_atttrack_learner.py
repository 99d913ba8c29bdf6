"""The learner: steps, validation, and that both lessons are learned."""

from dataclasses import replace

import pytest
import torch
from some_pairs import IDENTITIES, Rectangles

from animot.atttrack.config import TINY, HRNetConfig, NetworkConfig
from animot.atttrack.learner import AttTrackLearner
from animot.atttrack.lessons import Alignment, OneShotLesson, StudentLesson
from animot.training.loop import Learner

SMALL = NetworkConfig(
    backbone=HRNetConfig(
        stem=8, bottleneck=2, bottlenecks=1, widths=(8, 8, 8, 8), modules=(1, 1, 1), blocks=1
    ),
    feature_size=8,
    head_size=8,
    embedding_size=8,
)
PAIR = replace(TINY, teacher=SMALL, student=SMALL)


def make_learner(seed=3, student=False, **options):
    torch.manual_seed(0)
    model = OneShotLesson(SMALL, IDENTITIES)
    if student:
        model = StudentLesson(PAIR, model, Alignment())
    return AttTrackLearner(model, Rectangles(), seed, **options)


def gradient(learner, step):
    learner.model.zero_grad()
    numbers = learner.step(step)
    parts = [p.grad.flatten() for p in learner.model.parameters() if p.grad is not None]
    return numbers, torch.cat(parts)


@pytest.mark.parametrize("student", [False, True])
def test_a_step_is_a_function_of_seed_and_step(student):
    (numbers, first), (again, same) = (gradient(make_learner(student=student), 5) for _ in range(2))
    assert numbers == again
    assert torch.equal(first, same)
    _, other = gradient(make_learner(student=student), 6)
    assert not torch.equal(first, other)


def test_noise_on_tracks_is_of_the_seed():
    (one, _), (other, _) = (gradient(make_learner(seed=s, student=True), 5) for s in (3, 4))
    assert one["heat"] != other["heat"]


@pytest.mark.parametrize("student", [False, True])
def test_both_lessons_are_learned(student):
    learner = make_learner(student=student)
    optimizer = torch.optim.Adam(learner.model.parameters(), lr=5e-3)
    costs = []
    for _ in range(40):
        costs.append(learner.step(0))
        optimizer.step()
        optimizer.zero_grad()
    assert costs[-1]["detection"] < 0.4 * costs[0]["detection"]
    assert costs[-1]["identity"] < 0.7 * costs[0]["identity"]
    assert costs[-1]["loss"] < costs[0]["loss"]


def test_validation_scores_detection_in_held_out_pairs():
    """Always on the same batches, with identities unknown, and without touching the model."""
    held_out = Rectangles(seed=9)
    learner = make_learner(held_out=held_out)
    before = {name: tensor.clone() for name, tensor in learner.model.state_dict().items()}
    found = learner.validate(2, lambda numbers: numbers)
    for name, tensor in learner.model.state_dict().items():
        assert torch.equal(tensor, before[name]), name
    with torch.no_grad():
        expected = [
            learner.model(held_out.batch(step), torch.Generator())["detection"] for step in (0, 1)
        ]
    assert found == {"loss": pytest.approx(float(sum(expected)) / 2)}
    assert learner.validate(2, lambda numbers: {"loss": 7 * numbers["loss"]})[
        "loss"
    ] == pytest.approx(7 * found["loss"])


def test_held_out_identities_may_be_any():
    held_out = Rectangles(seed=9)
    batch = held_out.batch(0)
    batch.targets.identity.add_(1000)
    held_out.batch = lambda _: batch
    learner = make_learner(held_out=held_out)
    assert learner.validate(1, lambda numbers: numbers)["loss"] > 0


def test_nothing_is_carried():
    learner = make_learner()
    assert isinstance(learner, Learner)
    assert learner.carried() == {}
    learner.carry({})
    with pytest.raises(ValueError, match="state is carried"):
        learner.carry({"state": torch.zeros(1)})
