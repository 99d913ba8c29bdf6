"""A frame of the tracker array as the authors' program has it: against the oracle, part by part."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny_tba import TINY, TINY_RELEASED, make_memory, make_model, make_state, theta_of

from animot.tba.memory import write
from oracles import tba_program as program

B, I = 19, TINY.num_trackers
SAME = {"rtol": 1e-9, "atol": 1e-11}


def middle_of_a_video(model):
    before = make_state(model, B)
    before.confidence[:7] *= 0.5  # in these rows nothing was held
    return before, make_memory(B)


def test_whole_frame():
    """States, confidences and poses of every tracker, and which are masked."""
    model = make_model(TINY_RELEASED)
    before, memory = middle_of_a_video(model)
    with torch.no_grad():
        after, emitted = model.rat(before, memory, end_early=True)
    counts = set()
    for b in range(B):
        expected = program.frame(
            memory[b].numpy(),
            before.state[b].numpy(),
            before.confidence[b].numpy(),
            theta_of(model),
            TINY_RELEASED.shift_margin,
            TINY_RELEASED.patch_size,
            TINY_RELEASED.frame_size,
        )
        np.testing.assert_allclose(after.state[b], expected["state"], **SAME)
        np.testing.assert_allclose(after.confidence[b], expected["confidence"], **SAME)
        np.testing.assert_allclose(emitted.pose[b], expected["pose"], **SAME)
        counts.add(len(expected["ran"]))
    assert len(counts) >= 3


def test_rounded_priority():
    """Off: by confidence. On: held before free, each by index."""
    confidence = torch.tensor([[0.2, 0.6, 0.4, 0.9, 0.0], [0.1, 0.2, 0.3, 0.4, 0.5]]).double()
    plain = make_model(TINY).rat.order(confidence)
    rounded = make_model(replace(TINY, rounded_priority=True)).rat.order(confidence)
    assert plain.tolist() == [[3, 1, 2, 0, 4], [4, 3, 2, 1, 0]]
    assert rounded.tolist() == [[1, 3, 0, 2, 4], [0, 1, 2, 3, 4]]
    for row, order in zip(confidence.numpy(), rounded.tolist(), strict=True):
        assert program.order_of(row) == order


def frame_and_gradient(monkeypatch, *, mask_afterwards, end_early=True):
    """All numbers of a frame, their gradients, and how many rows were written to."""
    rows_written = []

    def spy(memory, *arguments):
        rows_written.append(len(memory))
        return write(memory, *arguments)

    monkeypatch.setattr("animot.tba.rat.write", spy)
    model = make_model(replace(TINY, mask_afterwards=mask_afterwards))
    before, memory = middle_of_a_video(model)
    memory.requires_grad_()
    after, emitted = model.rat(before, memory, end_early=end_early)
    made = [after.state, after.confidence, emitted.pose, emitted.hidden, emitted.saliency]
    sum(value.square().sum() for value in made).backward()
    gradients = [memory.grad, *(p.grad for p in model.rat.parameters() if p.grad is not None)]
    return [value.detach() for value in made], gradients, sum(rows_written)


def test_mask_afterwards(monkeypatch):
    """Off: rows drop out of the loop. On: all run and write, yet the numbers are the same."""
    made, gradients, rows = frame_and_gradient(monkeypatch, mask_afterwards=False)
    masked, masked_gradients, all_rows = frame_and_gradient(monkeypatch, mask_afterwards=True)
    assert rows < all_rows == B * (I - 1)
    for found, expected in zip(masked + masked_gradients, made + gradients, strict=True):
        torch.testing.assert_close(found, expected)
    idle = (made[1] == 0).sum()
    assert 0 < idle < made[1].numel()


def test_nothing_is_masked_without_adaptive_computation(monkeypatch):
    made, _, _ = frame_and_gradient(monkeypatch, mask_afterwards=True, end_early=False)
    assert (made[1] > 0).all()


@pytest.mark.parametrize("end_early", [True, False])
def test_parts_that_are_off_leave_the_paper(end_early):
    """The paper's order and confidence with the program's loop: the paper's frame."""
    paper, program_loop = make_model(TINY), make_model(replace(TINY, mask_afterwards=True))
    before, memory = middle_of_a_video(paper)
    with torch.no_grad():
        expected, _ = paper.rat(before, memory, end_early=end_early)
        found, _ = program_loop.rat(before, memory, end_early=end_early)
    torch.testing.assert_close(found.state, expected.state)
