"""The learning step: its gradients are those of one plain backward pass; noise and state."""

from dataclasses import fields, replace

import pytest
import torch
from tiny_tba import TINY, TINY_FAST, TINY_RELEASED, TinyClips, make_frames, make_model, make_noise

from animot.tba import learner as tba_learner
from animot.tba.explained import explain
from animot.tba.learner import TBALearner, backpropagate
from animot.tba.loss import loss
from animot.tba.warm_up import Warmth, hint, warm_up

# 2 streams of 7 frames are not a multiple of the frames rendered at once.
B, T = 2, 7

MNIST_LIKE = replace(
    TINY,
    fixed_scale=True,
    fixed_mask=True,
    num_layers=1,
    scale_range=(0.0, 0.0),
    clamp_reconstruction=True,
)


def outputs(model, warmth):
    frames = make_frames(B, T, dtype=torch.float32)
    background = make_frames(B, 1, seed=8, dtype=torch.float32)[:, 0]
    noise = make_noise()
    output, _ = model(frames, background, model.start(B), noise=noise)
    further = hint(output, warmth) if warmth else None
    drawn = warm_up(output, warmth, noise, fixed_mask=False) if warmth else output
    behind = background[:, None].expand_as(frames).flatten(0, 1)
    return drawn, frames.flatten(0, 1), behind, further


@pytest.mark.parametrize("config", [TINY, TINY_FAST, TINY_RELEASED, MNIST_LIKE])
@pytest.mark.parametrize("warmth", [None, Warmth(drawing=0.4, sizing=0.7)])
def test_gradients_are_those_of_one_backward_pass(config, warmth, monkeypatch):
    monkeypatch.setattr(tba_learner, "RENDERED_AT_ONCE", B * T // 2 + 1)
    model = make_model(config, dtype=torch.float32)
    drawn, frames, background, further = outputs(model, warmth)
    plain = loss(drawn, frames, background, config, 0.3)
    (plain.total + (0 if further is None else further)).backward()
    expected = {name: p.grad for name, p in model.named_parameters()}
    model.zero_grad()
    terms = backpropagate(model, *outputs(model, warmth), presence=0.3)
    for name, p in model.named_parameters():
        assert (p.grad is None) == (expected[name] is None), name
        if p.grad is not None:
            size = expected[name].abs().max().item()
            torch.testing.assert_close(p.grad, expected[name], rtol=1e-4, atol=1e-5 * size + 1e-12)
    assert sum(p.grad is not None for p in model.parameters()) >= 12
    for field in fields(plain):
        found, value = getattr(terms, field.name), getattr(plain, field.name)
        assert found.item() == pytest.approx(value.item(), rel=1e-5)


def test_gradients_add_up():
    model = make_model(dtype=torch.float32)
    backpropagate(model, *outputs(model, None))
    once = [p.grad.clone() for p in model.parameters()]
    backpropagate(model, *outputs(model, None))
    for p, gradient in zip(model.parameters(), once, strict=True):
        torch.testing.assert_close(p.grad, 2 * gradient)


def learn(seed, steps, config=TINY_FAST, carry=None, validate=False):
    """Losses, and the gradient of the last of some steps, maybe with a validation before each."""
    model = make_model(config, dtype=torch.float32)
    learner = TBALearner(model, TinyClips(config), seed)
    if carry is not None:
        learner.carry(carry)
    losses = []
    for step in steps:
        model.zero_grad()
        if validate:
            learner.validate(2)
        losses.append(learner.step(step)["loss"])
    gradient = torch.cat([p.grad.flatten() for p in model.parameters()])
    return losses, gradient, learner.carried()


@pytest.mark.parametrize("config", [TINY, TINY_FAST])
def test_a_step_is_a_function_of_seed_and_step(config):
    losses, gradient, _ = learn(3, [0, 1, 2], config)
    again = learn(3, [0, 1, 2], config)
    assert again[0] == losses
    assert torch.equal(again[1], gradient)
    assert learn(4, [0], config)[0] != losses[:1]


@pytest.mark.parametrize("config", [TINY, TINY_FAST])
def test_validation_leaves_learning_alone(config):
    losses, gradient, after = learn(3, [0, 1, 2], config)
    again, again_gradient, again_after = learn(3, [0, 1, 2], config, validate=True)
    assert again == losses
    assert torch.equal(again_gradient, gradient)
    assert all(torch.equal(again_after[name], after[name]) for name in after)


def test_validation_shows_the_first_held_out_batches_whenever_it_is_done():
    model = make_model(TINY_FAST, dtype=torch.float32)
    held_out = TinyClips(TINY_FAST, B=3, T=4)
    learner = TBALearner(model, TinyClips(TINY_FAST), 3, held_out=held_out)
    found = learner.validate(2)
    assert found == explain(model, [held_out.batch(0), held_out.batch(1)])
    learner.step(5)
    assert learner.validate(2) == found
    assert learner.validate(3) != found


def test_noise_differs_from_step_to_step():
    """Steps 1 and 2 with the clips of step 1 and the same state differ by their noise alone."""
    config = replace(TINY_FAST, warm_up_steps=0)
    _, _, carried = learn(3, [0], config)
    learner_losses = []
    for step in (1, 2):
        model = make_model(config, dtype=torch.float32)
        clips = TinyClips(config)
        learner = TBALearner(model, clips, 3)
        learner.carry(carried)
        batch = clips.batch(1)
        clips.batch = lambda _, batch=batch: batch
        learner_losses.append(learner.step(step)["loss"])
    assert learner_losses[0] != learner_losses[1]


def test_going_on_from_a_carried_state_is_going_on():
    losses, gradient, after = learn(5, [0, 1, 2, 3])
    _, _, carried = learn(5, [0, 1])
    later, later_gradient, later_after = learn(5, [2, 3], carry=carried)
    assert later == losses[2:]
    assert torch.equal(later_gradient, gradient)
    assert all(torch.equal(later_after[name], after[name]) for name in after)
    without, _, _ = learn(5, [2, 3])
    assert without != losses[2:]


def test_reset_chance_starts_all_trackers_anew_now_and_then():
    """Off: trackers go on. On: at some steps, a function of (seed, step), none does."""

    def starts(chance, seed, steps=range(1, 41)):
        config = replace(TINY, frame_size=(15, 17))
        model = make_model(config, dtype=torch.float32)
        before = []

        def spy(frames, background, state, **_):
            before.append(state)
            raise StopIteration

        model.forward = spy
        learner = TBALearner(model, TinyClips(config, B=3, T=3), seed, reset_chance=chance)
        for step in steps:
            held = model.start(3).as_tensors()
            learner.carry({name: torch.ones_like(tensor) for name, tensor in held.items()})
            with pytest.raises(StopIteration):
                learner.step(step)
        return [not state.state[[0, 2]].any() for state in before]

    assert not any(starts(0.0, 7))
    some = starts(0.3, 7)
    assert 5 <= sum(some) <= 20  # 12 on average, 2.9 is a standard deviation
    assert starts(0.3, 7) == some
    assert starts(0.3, 7, range(21, 41)) == some[20:]
    assert starts(0.3, 8) != some


def test_state_is_carried_from_clip_to_clip_but_not_into_a_new_one():
    """The state after two clips is that after their frames in one go, without a gradient."""
    config = replace(TINY, warm_up_steps=0)
    model = make_model(config, dtype=torch.float32)
    clips = TinyClips(config, B=2, T=5)
    learner = TBALearner(model, clips, 0)
    learner.step(1)
    first = learner.carried()
    learner.step(3)  # stream 1 starts again here
    batch = clips.batch(3)
    frames = torch.from_numpy(batch.frames).movedim(-1, 2) / 255
    background = torch.from_numpy(batch.background).movedim(-1, 1) / 255
    before = model.start(2)
    state = before.state.clone()
    state[0] = first["state"][0]
    confidence = before.confidence.clone()
    confidence[0] = first["confidence"][0]
    with torch.no_grad():
        _, after = model(frames, background, replace(before, state=state, confidence=confidence))
    torch.testing.assert_close(learner.carried()["state"], after.state)
    assert not learner.carried()["state"].requires_grad


def test_a_carried_state_of_another_model_is_refused():
    learner = TBALearner(make_model(TINY_FAST, dtype=torch.float32), TinyClips(TINY_FAST), seed=5)
    learner.step(0)
    state = learner.carried()
    learner.carry(state)
    for wrong in (
        {"state": state["state"]},
        state | {"confidence": state["confidence"][:, :4]},
        state | {"centre": state["centre"].double()},
        state | {"velocity": state["velocity"] / 0},
        state | {"state": state["state"][:1]},
    ):
        with pytest.raises(ValueError, match=r"no tensor|, not float32|not finite"):
            learner.carry(wrong)


def test_more_trackers_may_learn_than_track():
    model = make_model(TINY_FAST, dtype=torch.float32)
    I = TINY_FAST.num_trackers
    learner = TBALearner(model, TinyClips(TINY_FAST), seed=5, trackers=I + 2)
    first = learner.step(0)["loss"]
    state = learner.carried()
    assert state["confidence"].shape[1] == I + 2
    learner.carry(state)
    learner.step(1)
    assert learner.carried()["confidence"].shape[1] == I + 2
    plain = TBALearner(model, TinyClips(TINY_FAST), seed=5)
    assert plain.step(0)["loss"] != first
    assert plain.carried()["confidence"].shape[1] == I
    with pytest.raises(ValueError, match="state is float32 2x7x13"):
        plain.carry(state)
