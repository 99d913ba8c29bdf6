"""The warm-up: what it makes of tracker outputs, and that it is off as published."""

from dataclasses import replace

import pytest
import torch
from tiny_tba import TINY, TinyClips, make_frames, make_model, make_noise, make_output

from animot.tba.departures import AttentionPriors
from animot.tba.learner import TBALearner
from animot.tba.warm_up import Warmth, hint, presence_target, see_under_boxes, warm_up


def test_target_rises_with_saliency_up_to_clearly_salient():
    saliency = torch.tensor([[0.0, 0.05, 0.1, 0.7]])
    assert presence_target(saliency).tolist() == [pytest.approx([0, 0.5, 1, 1])]


HALF_WAY = Warmth(drawing=0.25, sizing=0.6)
HOT = Warmth(drawing=1.0, sizing=1.0)
COLD = Warmth(drawing=0.0, sizing=0.0)


def test_outputs_are_moved_by_the_warmth():
    output = replace(make_output(), saliency=torch.tensor([[0.0, 0.05, 1, 1, 1]] * 2).double())
    warm = warm_up(output, HALF_WAY, make_noise(), fixed_mask=False)
    target = torch.tensor([0, 0.5, 1, 1, 1]).double()
    torch.testing.assert_close(warm.confidence, 0.75 * output.confidence + 0.25 * target)
    torch.testing.assert_close(warm.pose[..., :2], 0.4 * output.pose[..., :2])
    assert torch.equal(warm.pose[..., 2:], output.pose[..., 2:])
    for name in ("layer", "appearance"):
        assert torch.equal(getattr(warm, name), getattr(output, name))


def test_fully_warm_outputs_draw_ellipses_of_the_patch_size():
    hot = warm_up(make_output(), HOT, make_noise(), fixed_mask=False)
    assert (hot.pose[..., :2] == 0).all()
    ellipse = hot.mask[0, 0, 0]
    assert torch.equal(hot.mask, ellipse.expand_as(hot.mask))
    assert ellipse.mean().item() == pytest.approx(3.1416 / 4, abs=0.06)
    assert ellipse[4].min() == ellipse[:, 3].min() == 1
    assert ellipse[0, 0] == ellipse[8, 7] == 0


def test_without_priors_what_counts_is_what_lies_under_the_box():
    """One corner of the frame differs; a tracker that draws there, and only that, shall be on."""
    config = replace(TINY, frame_size=(28, 30))  # cells of 4x5 pixels
    frames = torch.zeros(2, 3, 28, 30).double()
    frames[:, :, :4, 25:] = 0.7
    output = make_output()
    output.pose[:, :, 2:] = 0
    output.pose[:, 3, 2:] = torch.tensor([0.9, -0.9]).double()
    found = see_under_boxes(output, frames, torch.zeros_like(frames), config)
    assert presence_target(found.saliency).tolist() == [[0, 0, 0, 1, 0]] * 2
    with_priors = replace(config, priors=AttentionPriors())
    assert see_under_boxes(output, frames, torch.zeros_like(frames), with_priors) is output


def test_a_fixed_mask_and_a_fixed_scale_stay_as_they_are():
    output = make_output()
    output.pose[..., :2] = 0
    hot = warm_up(output, HOT, make_noise(), fixed_mask=True)
    assert torch.equal(hot.mask, output.mask)
    assert torch.equal(hot.pose, output.pose)
    torch.testing.assert_close(hot.confidence, presence_target(output.saliency))


def test_with_a_fixed_mask_the_appearance_is_dark_towards_the_border():
    """Patches are 9 x 8 pixels."""
    output = make_output()
    bright = warm_up(output, HALF_WAY, make_noise(), fixed_mask=True).appearance / output.appearance
    y, x = torch.meshgrid((torch.arange(9) - 4) / 4.5, (torch.arange(8) - 3.5) / 4, indexing="ij")
    expected = 0.75 + 0.25 * (-2 * (x**2 + y**2)).exp().double()
    torch.testing.assert_close(bright, expected.expand_as(bright))
    free = warm_up(output, HALF_WAY, make_noise(), fixed_mask=False)
    assert torch.equal(free.appearance, output.appearance)


@pytest.mark.parametrize("fixed", [False, True])
def test_the_learner_keeps_fixed_masks_whole(fixed, monkeypatch):
    """And draws ellipses where masks are learned."""
    seen = []

    def spied(*args, **options):
        seen.append(warm_up(*args, **options))
        return seen[-1]

    monkeypatch.setattr("animot.tba.learner.warm_up", spied)
    config = replace(TINY, warm_up_steps=9, fixed_mask=fixed, fixed_scale=fixed)
    learner = TBALearner(make_model(config, dtype=torch.float32), TinyClips(config), 0)
    learner.step(0)
    (hot,) = seen
    assert (hot.pose[..., :2] == 0).all()
    assert (hot.mask.mean() == 1) == fixed


def test_masks_are_replaced_as_often_as_they_should():
    output = make_output(B=900)
    found = warm_up(output, replace(HALF_WAY, drawing=0.3), make_noise(), fixed_mask=False).mask
    replaced = (found != output.mask).flatten(2).any(dim=2).double()
    assert replaced.mean().item() == pytest.approx(0.3, abs=4 * (0.3 * 0.7 / 4500) ** 0.5)


def test_without_warmth_nothing_is_moved():
    output = make_output()
    cold = warm_up(output, COLD, make_noise(), fixed_mask=False)
    assert all(torch.equal(getattr(cold, name), value) for name, value in vars(output).items())
    assert hint(output, COLD) == 0


def test_hint_is_a_cross_entropy():
    output = replace(make_output(), saliency=torch.tensor([[0.0, 0.05, 1, 1, 1]] * 2).double())
    target = torch.tensor([0, 0.5, 1, 1, 1]).double()
    y = output.confidence
    entropy = -(target * y.log() + (1 - target) * (1 - y).log()).sum() / 2
    assert hint(output, HALF_WAY).item() == pytest.approx(0.25 * 10 * entropy.item())


def test_confidence_and_mask_become_free_before_the_size():
    found = [Warmth.at(step, 12) for step in (0, 4, 6, 8, 10, 12, 99)]
    drawing = [w and w.drawing for w in found]
    sizing = [w and w.sizing for w in found]
    assert drawing == [1, 1, pytest.approx(0.5), 0, 0, None, None]
    assert sizing == [1, 1, 1, 1, pytest.approx(0.5), None, None]


def test_warm_up_steps_of_the_learner(monkeypatch):
    """On: the first so many steps are warm. Off, as published: none is."""

    def warm_steps(steps):
        seen = []
        spy = "animot.tba.learner.warm_up"

        def spied(output, warmth, generator, **options):
            seen.append(warmth)
            return warm_up(output, warmth, generator, **options)

        monkeypatch.setattr(spy, spied)
        config = replace(TINY, warm_up_steps=steps)
        learner = TBALearner(make_model(config, dtype=torch.float32), TinyClips(config), 0)
        for step in range(4):
            learner.step(step)
        return seen

    assert warm_steps(3) == [Warmth.at(step, 3) for step in range(3)]
    assert warm_steps(0) == []


def test_the_loop_over_trackers_need_not_end_early_while_warm():
    model, frames = make_model(bias=-4.0), make_frames(T=3)
    background = torch.zeros_like(frames[:, 0])

    def ran(end_early):
        output, _ = model(frames, background, model.start(2), end_early=end_early)
        return (output.confidence > 0).sum().item()

    assert ran(False) == 30
    assert ran(None) == ran(True) < 30
