"""Terms on the attention logits, and the anchored pose: each on and off."""

from dataclasses import replace
from math import inf

import pytest
import torch
from tiny_tba import TINY, TINY_FAST, make_frames, make_memory, make_model, make_state

from animot.errors import InputError
from animot.tba import priors
from animot.tba.departures import AttentionPriors
from animot.tba.memory import attend

M, N = 7, 6
OFF = AttentionPriors(saliency=0.0, saliency_kept=1.0, motion=inf, velocity_kept=0.6, window=13)


def double(values):
    return torch.tensor(values, dtype=torch.float64)


def middle_of(m, n):
    """x and y of the middle of a cell, in half frames from the middle of the frame."""
    return double([(n + 0.5) * 2 / N - 1, (m + 0.5) * 2 / M - 1])


def bump(m, n, B=2):
    field = torch.full((B, M, N), 0.01, dtype=torch.float64)
    field[:, m, n] = 1
    return field


def attention_of(config, before, memory, saliency, held):
    """Attention of tracker 3 on its own."""
    model = make_model(config)
    confidence = torch.full_like(before.confidence, 0.9 if held else 0.1)
    ready = model.rat._prepare(replace(before, confidence=confidence), memory).by_turn()[3]
    assert (ready.slot % 5 == 3).all()  # equally confident: by index
    return model.rat._attend(ready, memory, saliency).detach()


def setting():
    model, memory = make_model(), make_memory()
    return make_state(model), memory, bump(2, 4)


@pytest.mark.parametrize("held", [True, False])
def test_priors_that_are_all_off_leave_the_equation(held):
    """Of no weight, endlessly wide, and over all cells: as published."""
    before, memory, saliency = setting()
    off = attention_of(replace(TINY, priors=OFF), before, memory, saliency, held)
    torch.testing.assert_close(off, attention_of(TINY, before, memory, None, held))


@pytest.mark.parametrize("end_early", [True, False])
def test_a_frame_with_priors_that_are_all_off_is_as_published(end_early):
    memory = make_memory(19)
    model, off = make_model(), make_model(replace(TINY, priors=OFF))
    before = make_state(model, 19)
    with torch.no_grad():
        expected, _ = model.rat(before, memory, end_early=end_early)
        saliency = bump(2, 4, 19)
        found, _ = off.rat(before, memory, saliency, end_early=end_early)
    torch.testing.assert_close(found.state, expected.state)
    torch.testing.assert_close(found.confidence, expected.confidence)


def test_saliency_draws_free_trackers_only():
    before, memory, saliency = setting()
    config = replace(TINY, priors=replace(OFF, saliency=3.0))
    plain = attention_of(TINY, before, memory, None, held=False)
    free = attention_of(config, before, memory, saliency, held=False)
    assert (free[:, 2, 4] > 0.95).all()
    assert (plain[:, 2, 4] < 0.5).all()
    held = attention_of(config, before, memory, saliency, held=True)
    torch.testing.assert_close(held, plain)


def test_saliency_logits_are_a_weighted_logarithm():
    saliency = double([[[0.0, 1.0], [0.5, 0.25], [1.0, 0.0]]]).expand(2, 3, 2)
    found = priors.saliency_logits(saliency, double([1.5, 0.0]))
    torch.testing.assert_close(found[0], 1.5 * (saliency[0] + 0.001).log())
    assert (found[1] == 0).all()


def test_saliency_map_is_the_energy_of_the_difference():
    """One cell of 3x5 cells of 4x6 pixels differs by 0.6, another by 0.3."""
    frames = torch.zeros(2, 3, 12, 30)
    frames[:, :, 4:8, 12:18] = 0.6
    frames[:, 1, 8:, :6] = 0.3  # in one channel of three
    found = priors.saliency_map(frames + 0.2, torch.full_like(frames, 0.2), (3, 5))
    expected = torch.zeros(2, 3, 5)
    expected[:, 1, 2] = 1
    expected[:, 2, 0] = 0.25 / 3
    torch.testing.assert_close(found, expected)
    empty = priors.saliency_map(frames, frames, (3, 5))
    assert (empty == 0).all()


def test_saliency_at_the_middle_of_boxes():
    """Cells of 7 rows and 6 columns; a place outside of the frame is in the nearest cell."""
    saliency = torch.arange(2.0 * M * N, dtype=torch.float64).view(2, M, N)
    places = [middle_of(0, 0), middle_of(5, 1) + 0.05, middle_of(6, 5), double([1.4, -1.4])]
    found = priors.saliency_at(saliency, torch.stack(places).expand(2, 4, 2))
    expected = [[0, 5 * N + 1, 6 * N + 5, 5], [42, 42 + 5 * N + 1, 42 + 6 * N + 5, 42 + 5]]
    assert found.tolist() == expected


def test_saliency_under_a_box_is_erased():
    """A box over the 3 by 2 cells in the middle of 7 rows and 6 columns."""
    full = torch.ones(2, M, N, dtype=torch.float64)
    size = double([[2 * 2 / N, 2 * 3 / M]] * 2)
    centre = torch.zeros(2, 2, dtype=torch.float64)
    found = priors.erase_saliency(full, centre, size, 0.03)
    torch.testing.assert_close(found[:, 2:5, 2:4], torch.full((2, 3, 2), 0.03).double())
    torch.testing.assert_close(found[:, 1, 2], double([1 - 0.97 / 2] * 2))  # half a cell around
    assert (found[:, 0] == 1).all()
    assert (found[:, :, [0, 5]] == 1).all()
    assert torch.equal(priors.erase_saliency(full, centre, size, 1.0), full)  # off


def test_saliency_of_a_frame_is_erased_from_tracker_to_tracker():
    """On: the second free tracker no longer goes where the first one went. Off: it does."""
    places = []
    for kept in (0.0, 1.0):
        terms = replace(OFF, saliency=8.0, saliency_kept=kept, window=1)
        model = make_model(replace(TINY, priors=terms, anchor_reach=0.0))
        memory = make_memory()
        before = make_state(model)
        before = replace(before, confidence=torch.zeros_like(before.confidence))
        saliency = bump(2, 1)
        saliency[:, 5, 4] = 0.5
        with torch.no_grad():
            _, emitted = model.rat(before, memory, saliency, end_early=False)
        places.append(emitted.pose[0, :2, 2:])
    torch.testing.assert_close(places[0], torch.stack([middle_of(2, 1), middle_of(5, 4)]))
    torch.testing.assert_close(places[1], torch.stack([middle_of(2, 1), middle_of(2, 1)]))


def test_without_memory_writes_saliency_is_not_erased_either():
    memory, saliency = make_memory(), bump(2, 1)
    config = replace(TINY, priors=replace(OFF, saliency=8.0, window=1), anchor_reach=0.0)
    model = make_model(replace(config, memory_write=False, priors=AttentionPriors(window=1)))
    before = make_state(model)
    before = replace(before, confidence=torch.zeros_like(before.confidence))
    with torch.no_grad():
        _, emitted = model.rat(before, memory, saliency, end_early=False)
    assert (emitted.pose[:, :, 2:] == emitted.pose[:, :1, 2:]).all()


def test_motion_keeps_held_trackers_near_the_expected_place():
    before, memory, saliency = setting()
    place = middle_of(5, 1)
    velocity = double([0.2, -0.1])
    motion = replace(
        before.motion,
        centre=(place - velocity).expand(2, 5, 2),
        velocity=velocity.expand(2, 5, 2).clone(),
    )
    before = replace(before, motion=motion)
    config = replace(TINY, priors=replace(OFF, motion=0.3))
    plain = attention_of(TINY, before, memory, None, held=True)
    held = attention_of(config, before, memory, saliency, held=True)
    assert (held[:, 5, 1] > 0.9).all()
    assert (plain[:, 5, 1] < 0.5).all()
    free = attention_of(config, before, memory, saliency, held=False)
    torch.testing.assert_close(free, plain)


def test_motion_logits_are_a_gaussian_in_cells():
    expected_centre = double([[0.1, -0.3], [0.0, 0.0]])
    found = priors.motion_logits(expected_centre, torch.tensor([True, False]), (M, N), 0.8)
    for m in range(M):
        for n in range(N):
            across = n + 0.5 - (1 + 0.1) / 2 * N
            down = m + 0.5 - (1 - 0.3) / 2 * M
            logit = -(across**2 + down**2) / (2 * 0.8**2)
            assert found[0, m, n].item() == pytest.approx(logit)
    assert (found[1] == 0).all()


def test_window_keeps_the_cells_around_the_maximum():
    logits = torch.rand(2, M, N, dtype=torch.float64) * 0.1
    logits[0, 3, 4] = logits[1, 0, 5] = 1
    found = attend(priors.keep_window(logits, 3))
    everywhere = attend(logits)
    inside = torch.zeros(2, M, N, dtype=torch.bool)
    inside[0, 2:5, 3:6] = inside[1, :2, 4:] = True
    assert (found[~inside] == 0).all()
    assert found.sum(dim=(1, 2)).tolist() == pytest.approx([1, 1])
    for b in range(2):
        kept = everywhere[b][inside[b]]
        torch.testing.assert_close(found[b][inside[b]], kept / kept.sum())
    torch.testing.assert_close(attend(priors.keep_window(logits, 13)), everywhere)  # off


def test_far_cells_get_no_gradient_instead_of_one_below_normal_numbers():
    expected = torch.tensor([[0.1, -0.3]])
    logits = priors.motion_logits(expected, torch.tensor([True]), (16, 16), 0.5).requires_grad_()
    far = attend(logits)
    (of_all,) = torch.autograd.grad((far * torch.rand(16, 16)).sum(), logits)
    assert is_subnormal(of_all).any()
    near = attend(priors.keep_window(logits, 3))
    (of_window,) = torch.autograd.grad((near * torch.rand(16, 16)).sum(), logits)
    assert not is_subnormal(of_window).any()
    assert (of_window != 0).sum() == 9


def is_subnormal(numbers):
    return (numbers != 0) & (numbers.abs() < torch.finfo(numbers.dtype).tiny)


def test_a_window_has_a_middle():
    with pytest.raises(InputError, match="use 3"):
        AttentionPriors(window=4)


def test_anchored_shift():
    """On: where the attention lies, plus at most so many cells. Off: the shift is free."""
    attention = torch.zeros(2, M, N, dtype=torch.float64)
    attention[:, 5, 1] = attention[:, 5, 2] = 0.5
    pose = double([[0.3, -0.4, 1.0, -1.0], [0.1, 0.2, 0.0, 0.5]])
    found = priors.anchor_shift(pose, attention, 1.5)
    assert torch.equal(found[:, :2], pose[:, :2])
    middle = double([2 / N * 2 - 1, 5.5 / M * 2 - 1])
    torch.testing.assert_close(found[0, 2:], middle + double([1.5 * 2 / N, -1.5 * 2 / M]))
    torch.testing.assert_close(found[1, 2:], middle + double([0.0, 0.75 * 2 / M]))


def test_anchor_reach_in_the_tracker_array():
    memory = make_memory()
    free, anchored = make_model(), make_model(replace(TINY, anchor_reach=0.5))
    before = make_state(free)
    with torch.no_grad():
        state, published = free.rat(before, memory, end_early=False)
        _, found = anchored.rat(before, memory, end_early=False)
        _, pose, _ = free.rat.output.placement(state.state.flatten(0, 1))
    torch.testing.assert_close(published.pose.flatten(0, 1), pose)
    torch.testing.assert_close(found.pose[..., :2], published.pose[..., :2])
    assert (found.pose[..., 2:] - published.pose[..., 2:]).abs().max() > 0.3
    step = (found.pose[..., 2:] - 0.5 * published.pose[..., 2:] * double([2 / N, 2 / M])).abs()
    assert step.max() < 0.6  # attention is wide here: its mean lies near the middle


def test_fast_model_uses_all_of_them_and_learns_from_all_its_weights():
    model = make_model(TINY_FAST)
    frames = make_frames(T=3)
    output, _ = model(frames, frames[:, 0] * 0, model.start(2))
    drawn = {name: value for name, value in vars(output).items() if name != "saliency"}
    sum(value.sum() for value in drawn.values()).backward()
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in model.parameters())
