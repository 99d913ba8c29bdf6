"""The tracker array: against the oracle, and in forced cases."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny_tba import TINY, make_memory, make_model, make_state, theta_of
from torch.autograd import gradcheck

from animot.tba.rat import RAT
from animot.tba.rat_state import RATState
from oracles import tba_memory, tba_rat

B, I, R, S = 19, TINY.num_trackers, TINY.state_size, 11
SAME = {"rtol": 1e-9, "atol": 1e-11}


def run(model, before, memory, *, end_early):
    with torch.no_grad():
        return model.rat(before, memory, end_early=end_early)


def expected_row(model, before, memory, b, *, end_early):
    config = model.config
    return tba_rat.frame(
        memory[b].numpy(),
        before.state[b].numpy(),
        before.confidence[b].numpy(),
        theta_of(model),
        end_early=end_early,
        memory_write=config.memory_write,
        rep=config.reprioritize,
    )


@pytest.mark.eq(10)
def test_key():
    model = make_model()
    state = make_state(model).state[:, 3]
    key, strength = model.rat.make_key(state)
    for b in range(len(state)):
        k, beta = tba_memory.make_key(state[b].numpy(), theta_of(model)["key"])
        np.testing.assert_allclose(key[b].detach(), k, **SAME)
        assert strength[b].item() == pytest.approx(beta)


@pytest.mark.eq(14)
def test_state_update():
    model = make_model()
    state, read_vector = make_state(model).state[:, 3], make_memory()[:, 4, 5]
    found = model.rat.update_state(state, read_vector).detach()
    for b in range(len(state)):
        expected = tba_memory.gru(state[b].numpy(), read_vector[b].numpy(), theta_of(model)["rnn"])
        np.testing.assert_allclose(found[b], expected, **SAME)


@pytest.mark.eq(15)
def test_message():
    model = make_model()
    state = make_state(model).state[:, 3]
    erase, message = model.rat.make_message(state)
    for b in range(len(state)):
        e, v = tba_memory.make_message(state[b].numpy(), theta_of(model)["wrt"])
        np.testing.assert_allclose(erase[b].detach(), e, **SAME)
        np.testing.assert_allclose(message[b].detach(), v, **SAME)


@pytest.mark.eq(2)
@pytest.mark.parametrize("end_early", [True, False])
def test_whole_frame(end_early):
    """Which trackers ran, their states, confidences and poses, row by row of a batch."""
    model = make_model()
    before, memory = make_state(model, B), make_memory(B)
    before.confidence[:7] *= 0.5  # in these rows nothing was held
    after, emitted = run(model, before, memory, end_early=end_early)
    counts = set()
    for b in range(B):
        expected = expected_row(model, before, memory, b, end_early=end_early)
        np.testing.assert_allclose(after.state[b], expected["state"], **SAME)
        np.testing.assert_allclose(after.confidence[b], expected["confidence"], **SAME)
        np.testing.assert_allclose(emitted.pose[b], expected["pose"], **SAME)
        ran = {i for i in range(I) if not torch.equal(after.state[b, i], before.state[b, i])}
        assert ran == set(expected["ran"])
        assert set(after.confidence[b].nonzero()[:, 0].tolist()) == ran
        counts.add(len(ran))
    assert counts == ({1, 2, 3, 4, 5} if end_early else {5})


@pytest.mark.parametrize("change", [{"memory_write": False}, {"reprioritize": False}])
def test_whole_frame_of_an_ablation(change):
    model = make_model(replace(TINY, **change))
    before, memory = make_state(model), make_memory()
    after, emitted = run(model, before, memory, end_early=False)
    plain, _ = run(make_model(), before, memory, end_early=False)
    assert not torch.allclose(after.state, plain.state)
    for b in range(len(memory)):
        expected = expected_row(model, before, memory, b, end_early=False)
        np.testing.assert_allclose(after.state[b], expected["state"], **SAME)
        np.testing.assert_allclose(emitted.pose[b], expected["pose"], **SAME)


def test_memory_and_attention_after_every_turn():
    """Row by row, with the loop ending early in some."""
    model = make_model()
    before, memory = make_state(model, B), make_memory(B)
    lengths = set()
    for b in range(B):
        with torch.no_grad():
            row = before_row(before, [b])
            turns = model.rat.take_turns(row, memory[[b]], end_early=True)
        expected = expected_row(model, before, memory, b, end_early=True)
        lengths.add(len(turns))
        assert [int(turn.slot) for turn in turns] == list(expected["ran"])
        # What the last one writes, nobody reads.
        memories = [memory[b].numpy(), *expected["memories"]]
        for turn, seen, attention in zip(turns, memories, expected["attention"], strict=False):
            np.testing.assert_allclose(turn.memory[0], seen, **SAME)
            np.testing.assert_allclose(turn.attention[0], attention, **SAME)
    assert len(lengths) >= 3


def before_row(before, rows):
    return RATState.from_tensors({k: t[rows] for k, t in before.as_tensors().items()})


def test_order_is_by_confidence_then_index():
    model = make_model()
    confidence = torch.tensor([[0.2, 0.9, 0.2, 0.0, 0.9], [0.0] * 5, [0.1, 0.2, 0.3, 0.4, 0.5]])
    assert model.rat.order(confidence.double()).tolist() == [
        [1, 4, 0, 2, 3],
        [0, 1, 2, 3, 4],
        [4, 3, 2, 1, 0],
    ]
    fixed = make_model(replace(TINY, reprioritize=False))
    assert fixed.rat.order(confidence.double()).tolist() == [[0, 1, 2, 3, 4]] * 3


@pytest.mark.parametrize("end_early", [True, False])
def test_permuting_trackers_permutes_what_they_do(end_early):
    model = make_model()
    before, memory = make_state(model, B), make_memory(B)
    after, emitted = run(model, before, memory, end_early=end_early)
    permutation = torch.tensor([2, 0, 4, 1, 3])
    permuted = RATState.from_tensors(
        {name: tensor[:, permutation] for name, tensor in before.as_tensors().items()}
    )
    after_permuted, emitted_permuted = run(model, permuted, memory, end_early=end_early)
    torch.testing.assert_close(after_permuted.state, after.state[:, permutation])
    for name in ("confidence", "pose", "hidden"):
        found, expected = getattr(emitted_permuted, name), getattr(emitted, name)
        torch.testing.assert_close(found, expected[:, permutation])


def test_nothing_ends_early_while_all_are_confident():
    model = make_model(spread=0.1, bias=3.0)
    before, memory = make_state(model, B), make_memory(B)
    early, emitted_early = run(model, before, memory, end_early=True)
    late, emitted = run(model, before, memory, end_early=False)
    assert (late.confidence > 0.5).all()
    assert torch.equal(early.state, late.state)
    assert torch.equal(emitted_early.hidden, emitted.hidden)


def test_a_tracker_that_was_confident_does_not_end_the_loop():
    model = make_model(spread=0.1, bias=-3.0)  # all give up now
    before, memory = make_state(model), make_memory()
    before.confidence[:] = torch.tensor([0.1, 0.9, 0.49, 0.8, 0.3]).double()
    after, _ = run(model, before, memory, end_early=True)
    assert (after.confidence > 0).tolist() == [[False, True, True, True, False]] * 2


def test_the_tracker_at_which_the_loop_ends(monkeypatch):
    """It has a new state and a confidence but does not write; those after it do nothing."""
    writes = []
    monkeypatch.setattr("animot.tba.rat.write", lambda memory, *_: writes.append(1) or memory)
    model = make_model(spread=0.1, bias=-3.0)
    before, memory = make_state(model), make_memory()
    before.confidence[:] = torch.tensor([0.1, 0.3, 0.2, 0.05, 0.15]).double()
    after, emitted = run(model, before, memory, end_early=True)
    assert not writes
    others = [0, 2, 3, 4]
    assert (after.state[:, 1] != before.state[:, 1]).all()
    assert ((after.confidence[:, 1] > 0) & (after.confidence[:, 1] < 0.5)).all()
    assert torch.equal(after.state[:, others], before.state[:, others])
    assert (after.confidence[:, others] == 0).all()
    assert (emitted.confidence[:, others] == 0).all()


def gradients(model, before, memory):
    leaves = [before.state.clone().requires_grad_(), memory.clone().requires_grad_()]
    state = replace(before, state=leaves[0])
    after, emitted = model.rat(state, leaves[1], end_early=True)
    weight = torch.linspace(-1, 2, emitted.pose.shape[1] * 4, dtype=torch.float64).view(-1, 4)
    value = (after.state.square().sum(dim=(1, 2)) + (weight * emitted.pose).sum(dim=(1, 2))).sum()
    value = value + emitted.confidence.square().sum() + emitted.hidden.sum()
    wanted = [*leaves, *(p for p in model.rat.parameters())]
    return value, torch.autograd.grad(value, wanted, allow_unused=True)


def test_rows_that_drop_out_equal_rows_alone_forward_and_backward():
    model = make_model()
    before, memory = make_state(model, B), make_memory(B)
    value, together = gradients(model, before, memory)
    alone = [gradients(model, before_row(before, [b]), memory[[b]]) for b in range(B)]
    assert value.item() == pytest.approx(sum(v.item() for v, _ in alone))
    for n in (0, 1):  # of states and of the memory: row by row
        torch.testing.assert_close(together[n], torch.cat([g[n] for _, g in alone]))
    for n in range(2, len(together)):  # of the weights: the sum over rows
        parts = [g[n] for _, g in alone if g[n] is not None]
        if together[n] is None:
            assert not parts
        else:
            torch.testing.assert_close(together[n], torch.stack(parts).sum(dim=0))


@pytest.mark.parametrize("end_early", [True, False])
def test_gradients_of_a_whole_frame(end_early):
    """Through states, reads and writes of all trackers, against small differences."""
    model = make_model()
    before, memory = make_state(model), make_memory()

    def frame(state, memory):
        after, emitted = model.rat(replace(before, state=state), memory, end_early=end_early)
        return after.state, after.confidence, emitted.pose, emitted.hidden

    leaves = [before.state.clone().requires_grad_(), memory.requires_grad_()]
    assert gradcheck(frame, leaves, fast_mode=True, atol=1e-7, rtol=1e-5)


def test_trackers_that_did_not_run_pass_the_gradient_to_their_old_state():
    model = make_model(spread=0.1, bias=-3.0)
    before, memory = make_state(model), make_memory()
    before.confidence[:] = torch.tensor([0.1, 0.3, 0.2, 0.05, 0.15]).double()
    leaf = before.state.clone().requires_grad_()
    after, _ = model.rat(replace(before, state=leaf), memory, end_early=True)
    after.state[:, [0, 2, 3, 4]].sum().backward()
    expected = torch.ones(2, I, R, dtype=torch.float64)
    expected[:, 1] = 0
    assert torch.equal(leaf.grad, expected)


def test_start_is_all_zeros():
    state = RAT(TINY).start(7, I + 2, torch.zeros(1, dtype=torch.float64))
    assert {name: tuple(t.shape) for name, t in state.as_tensors().items()} == {
        "state": (7, I + 2, R),
        "confidence": (7, I + 2),
        "centre": (7, I + 2, 2),
        "velocity": (7, I + 2, 2),
        "size": (7, I + 2, 2),
        "patience": (7, I + 2),
        "hidden": (7, I + 2),
    }
    assert all((t == 0).all() and t.dtype == torch.float64 for t in state.as_tensors().values())


def test_restart_forgets_some_rows_only():
    model = make_model()
    before = make_state(model, 3)
    after = before.restart(torch.tensor([False, True, False]))
    for name, tensor in after.as_tensors().items():
        assert (tensor[1] == 0).all(), name
        assert torch.equal(tensor[[0, 2]], before.as_tensors()[name][[0, 2]]), name
