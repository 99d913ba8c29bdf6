"""Motion of boxes, and trackers that wait for what is out of sight."""

from dataclasses import replace

import pytest
import torch
from tiny_tba import TINY, TINY_FAST, make_memory, make_model, make_state

from animot.errors import InputError
from animot.tba.departures import AttentionPriors, Persistence
from animot.tba.motion import Motion, covered_share, has_left, update_motion, wait

WAITS = Persistence(patience=3.0, hidden_overlap=0.4, hidden_cost=0.5)


def double(values):
    return torch.tensor(values, dtype=torch.float64)


def test_motion_after_a_frame():
    """The centre is where the box is; only what was held before has a velocity."""
    model, memory = make_model(replace(TINY, priors=AttentionPriors())), make_memory()
    before = make_state(model)
    with torch.no_grad():
        after, emitted = model.rat(before, memory, make_memory()[..., 0].abs(), end_early=False)
    assert torch.equal(after.motion.centre, emitted.pose[..., 2:])
    moving = (after.motion.velocity != 0).all(dim=-1)
    assert torch.equal(moving, before.confidence >= 0.5)
    assert 0 < moving.sum() < moving.numel()
    step = after.motion.centre - before.motion.centre
    expected = 0.6 * before.motion.velocity + 0.4 * step
    torch.testing.assert_close(after.motion.velocity[moving], expected[moving])


def test_velocity_is_smoothed_and_starts_at_zero():
    old = replace(
        Motion.start(1, 2, double([])),
        centre=double([[[0.1, 0.2]] * 2]),
        velocity=double([[[0.3, -0.1]] * 2]),
    )
    centre = double([[[0.2, 0.5]] * 2])
    terms = AttentionPriors(velocity_kept=0.75)
    new = update_motion(old, centre, torch.tensor([[True, False]]), terms)
    assert torch.equal(new.centre, centre)
    torch.testing.assert_close(new.velocity[0, 0], double([0.75 * 0.3 + 0.025, 0.0]))
    assert (new.velocity[0, 1] == 0).all()
    last = update_motion(
        old, centre, torch.tensor([[True, True]]), AttentionPriors(velocity_kept=0.0)
    )
    torch.testing.assert_close(last.velocity, centre - old.centre)  # off: the last displacement


def literal_share(centre, size, held, i):
    """Largest part of box i that the box of one held other covers."""
    best = 0.0
    for j, holds in enumerate(held):
        if j == i or not holds:
            continue
        sides = []
        for axis in range(2):
            low = max(
                c[axis] - s[axis] / 2 for c, s in ((centre[i], size[i]), (centre[j], size[j]))
            )
            high = min(
                c[axis] + s[axis] / 2 for c, s in ((centre[i], size[i]), (centre[j], size[j]))
            )
            sides.append(max(high - low, 0.0))
        best = max(best, sides[0] * sides[1] / (size[i][0] * size[i][1]))
    return best


def test_covered_share_is_what_one_held_box_covers():
    torch.manual_seed(0)
    centre, size = torch.randn(3, 7, 2).double() / 3, torch.rand(3, 7, 2).double() + 0.05
    held = torch.rand(3, 7) < 0.5
    found = covered_share(centre, size, held)
    for b in range(3):
        row = (centre[b].tolist(), size[b].tolist(), held[b].tolist())
        expected = [literal_share(*row, i) for i in range(7)]
        assert found[b].tolist() == pytest.approx(expected)
    assert 0 < found.max() <= 1
    assert (found == 0).any()


def after_losing(frames, cover):
    """Motion of two objects; the first is lost for so many frames, the second may cover it."""
    size = double([[[0.2, 0.4], [0.3, 0.5]]])
    motion = replace(
        Motion.start(1, 2, size),
        centre=double([[[0.1, 0.1], [0.1, 0.1] if cover else [0.9, 0.9]]]),
        velocity=double([[[0.05, 0.0], [0.05, 0.0]]]),
        size=size,
        patience=double([[3.0, 3.0]]),
    )
    found = []
    for _ in range(frames):
        centre = motion.expected.clone()
        centre[:, 0] = -0.7  # what its tracker says of it means nothing
        held = torch.tensor([[False, True]])
        moved = update_motion(motion, centre, torch.tensor([[True, True]]), AttentionPriors())
        motion = wait(moved, motion, size / 2, held, WAITS)
        found.append(motion)
    return found


def test_a_lost_object_moves_on_until_patience_ends():
    found = after_losing(3, cover=False)
    assert [motion.patience[0].tolist() for motion in found] == [[2, 3], [1, 3], [0, 3]]
    assert not any(motion.hidden.any() for motion in found)
    for n in range(2):
        assert found[n].centre[0, 0].tolist() == pytest.approx([0.1 + 0.05 * (n + 1), 0.1])
        assert found[n].size[0, 0].tolist() == [0.2, 0.4]
        assert found[n].velocity[0, 0].tolist() == [0.05, 0.0]
    assert found[2].centre[0, 0].tolist() == [-0.7, -0.7]  # given up


def test_a_hidden_object_is_waited_for_longer():
    found = after_losing(6, cover=True)
    assert [motion.patience[0, 0].item() for motion in found] == [2.5, 2, 1.5, 1, 0.5, 0]
    assert [motion.hidden[0].tolist() for motion in found] == [[1, 0]] * 5 + [[0, 0]]


def test_seen_again_it_is_held_again():
    waiting = after_losing(2, cover=False)[-1]
    seen = waiting.expected + 0.01
    moved = update_motion(waiting, seen, torch.tensor([[True, True]]), AttentionPriors())
    motion = wait(moved, waiting, waiting.size / 2, torch.tensor([[True, True]]), WAITS)
    assert torch.equal(motion.centre, seen)
    assert torch.equal(motion.size, waiting.size / 2)
    assert motion.patience.tolist() == [[3, 3]]
    assert motion.velocity[0, 0].tolist() == pytest.approx([0.05 + 0.4 * 0.01, 0.4 * 0.01])


def met(apart, *, seen_apart):
    """Patience of two trackers after a frame with both boxes so far apart, then in one place.

    One holds an object for long, the other one since the first of these frames.
    """
    persistence = replace(WAITS, seen_apart=seen_apart)
    size = double([[[0.2, 0.4], [0.2, 0.4]]])
    motion = replace(Motion.start(1, 2, size), size=size, patience=double([[3.0, 0.0]]))
    held, found = torch.tensor([[True, True]]), []
    for shift in (apart, 0.0):
        centre = double([[[0.1, 0.1], [0.1 + shift, 0.1]]])
        moved = update_motion(motion, centre, held, AttentionPriors())
        motion = wait(moved, motion, size, held, persistence)
        found.append(motion.patience[0].tolist())
    return found


def test_what_has_not_been_seen_apart_is_not_waited_for():
    # Boxes are 0.2 wide: 0.13 apart one covers 0.35 of the other, 0.11 apart 0.45.
    assert met(0.11, seen_apart=True) == [[3, 0], [3, 0]]
    assert met(0.13, seen_apart=True) == [[3, 3], [3, 3]]
    assert met(0.11, seen_apart=False) == [[3, 3], [3, 3]]


def patience_of_seen(cover, *, seen_apart):
    """Patience of a tracker that sees its object again after two frames behind another."""
    waiting = after_losing(2, cover=True)[-1]
    centre = waiting.expected + 0
    if not cover:
        centre[:, 1] += 0.5
    held = torch.tensor([[True, True]])
    moved = update_motion(waiting, centre, held, AttentionPriors())
    return wait(moved, waiting, waiting.size, held, replace(WAITS, seen_apart=seen_apart)).patience


def test_a_look_at_what_is_covered_gives_no_patience_back():
    assert patience_of_seen(True, seen_apart=True).tolist() == [[2, 3]]
    assert patience_of_seen(False, seen_apart=True).tolist() == [[3, 3]]
    assert patience_of_seen(True, seen_apart=False).tolist() == [[3, 3]]


@pytest.mark.parametrize(
    ("centre", "velocity", "share", "left"),
    [
        ([0.9, 0.0], [0.04, 0.0], 0.15, True),  # 0.04 of its width of 0.2 would be outside
        ([0.9, 0.0], [0.02, 0.0], 0.15, False),
        ([0.9, 0.0], [0.02, 0.0], 0.05, True),
        ([-0.9, 0.0], [-0.04, 0.0], 0.15, True),
        ([0.0, 0.8], [0.0, 0.07], 0.15, True),  # 0.07 of its height of 0.4
        ([0.0, 0.8], [0.0, 0.05], 0.15, False),
        ([0.98, 0.0], [-0.04, 0.0], 0.15, False),  # it comes in
        ([0.99, 0.0], [0.0, 0.1], 0.15, False),  # it walks along the border
        ([0.9, 0.0], [0.1, 0.0], 1.0, False),
    ],
)
def test_what_goes_on_out_of_the_frame_has_left(centre, velocity, share, left):
    motion = replace(
        Motion.start(1, 1, double([])),
        centre=double([[centre]]),
        velocity=double([[velocity]]),
        size=double([[[0.2, 0.4]]]),
    )
    assert has_left(motion, replace(WAITS, left_share=share)).tolist() == [[left]]


def waiting_model(**changes):
    config = replace(TINY_FAST, persistence=WAITS, **changes)
    model = make_model(config)
    before = make_state(model)
    confidence = double([[0.1, 0.9, 0.2, 0.05, 0.4]]).expand(2, 5).clone()
    patience = double([[0.0, 3.0, 0.0, 2.0, 0.0]]).expand(2, 5).clone()
    motion = replace(before.motion, patience=patience)
    return model, replace(before, confidence=confidence, motion=motion)


def test_what_waits_takes_its_turn_between_held_and_free_trackers():
    model, before = waiting_model()
    ready = model.rat._prepare(before, make_memory(config=model.config))
    assert (ready.slot[0] % 5).tolist() == [1, 3, 4, 2, 0]
    assert ready.waiting[0].tolist() == [False, True, False, False, False]
    assert ready.motion_logits[0].abs().amax(dim=(1, 2)).gt(0).tolist() == [True] * 2 + [False] * 3
    assert ready.saliency_weight[0].gt(0).tolist() == [False] + [True] * 4
    never = replace(before, motion=replace(before.motion, patience=before.motion.patience * 0))
    assert (model.rat._prepare(never, make_memory(config=model.config)).slot[0] % 5).tolist() == [
        1,
        4,
        2,
        0,
        3,
    ]


def test_the_loop_does_not_end_at_what_waits():
    model, before = waiting_model(adaptive_computation=True)
    with torch.no_grad():
        model.rat.output.placement_layer.bias[0] = -50  # nobody sees anything
        memory = make_memory(config=model.config)
        saliency = memory[..., 0].abs()
        after, emitted = model.rat(before, memory, saliency, end_early=True)
    ran = emitted.hidden.abs().sum(dim=2) > 0
    assert ran.tolist() == [[False, True, False, True, True]] * 2  # 4 is the first free one
    assert after.motion.patience.tolist() == [[0.0, 2.0, 0.0, 1.0, 0.0]] * 2


def test_without_persistence_nothing_waits():
    model = make_model(TINY_FAST)
    before = make_state(model)
    memory = make_memory(config=model.config)
    with torch.no_grad():
        after, _ = model.rat(before, memory, memory[..., 0].abs(), end_early=False)
    assert (after.motion.patience == 0).all()
    assert (after.motion.size == 0).all()
    assert not after.motion.hidden.any()


@pytest.mark.parametrize("change", [{"patience": 0.0}, {"hidden_cost": 0.0}])
def test_waiting_must_end(change):
    with pytest.raises(InputError, match="above 0"):
        Persistence(**change)


def test_persistence_needs_motion():
    with pytest.raises(InputError, match="priors"):
        replace(TINY, persistence=WAITS)


@pytest.mark.parametrize("kept", [True, False])
def test_a_hidden_object_is_not_forgotten(kept):
    """On: its tracker's state stays as it was; off: it sees what hides the object."""
    persistence = Persistence(patience=9.0, hidden_overlap=1e-6, hidden_state=kept)
    model = make_model(replace(TINY_FAST, persistence=persistence), bias=-1.0)
    before, memory = make_state(model, 19), make_memory(19)
    before.motion.patience[:] = 5.0
    before.motion.size[:] = 1.5
    saliency = torch.rand(memory.shape[:3], generator=torch.Generator().manual_seed(0)).double()
    with torch.no_grad():
        after, _ = model.rat(before, memory, saliency, end_early=False)
    hidden = after.motion.hidden > 0
    assert 0 < hidden.sum() < hidden.numel()
    same = (after.state == before.state).all(dim=2)
    assert torch.equal(same, hidden if kept else torch.zeros_like(hidden))
