"""Attention and memory: against the oracle, by gradient, and in forced cases."""

import numpy as np
import pytest
import torch
from torch.autograd import gradcheck

from animot.tba.memory import (
    attend,
    erase_gate,
    key_strength,
    read,
    resemblance,
    strong_key,
    write,
)
from oracles import tba_memory as oracle

B, M, N, S = 2, 5, 7, 11


def drawn(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def address(memory, key, strength):
    return attend(resemblance(memory, strong_key(key, strength)))


@pytest.fixture
def memory():
    return drawn(B, M, N, S)


@pytest.fixture
def attention():
    return drawn(B, M * N, seed=1).softmax(dim=1).view(B, M, N)


def one_cell_attended(m=3, n=4):
    attention = torch.zeros(B, M, N, dtype=torch.float64)
    attention[:, m, n] = 1
    return attention


@pytest.mark.eq(11)
def test_key_strength():
    raw = 4 * drawn(13)
    h = raw[:, None].numpy()
    expected = [oracle.make_key(x, (np.eye(1), np.zeros(1)))[1] for x in h]
    np.testing.assert_allclose(key_strength(raw), expected, rtol=1e-12)
    assert (key_strength(raw) > 1).all()


@pytest.mark.eq(12)
def test_address(memory):
    key, strength = drawn(B, S, seed=2), 1 + 5 * drawn(B, seed=3).abs()
    found = address(memory, key, strength)
    for b in range(B):
        expected = oracle.address(memory[b].numpy(), key[b].numpy(), float(strength[b]))
        np.testing.assert_allclose(found[b], expected, rtol=1e-10)
    assert found.sum(dim=(1, 2)).tolist() == pytest.approx([1, 1], abs=1e-12)
    single = address(memory.float(), key.float(), strength.float())
    np.testing.assert_allclose(single, found, atol=1e-6)


def test_a_strong_key_finds_its_cell(memory):
    key = 0.01 * memory[:, 3, 4]  # the cosine does not mind how long a vector is
    found = address(memory, key, torch.full((B,), 200.0, dtype=torch.float64))
    np.testing.assert_allclose(found, one_cell_attended(), atol=1e-6)


def test_a_cell_of_zeros_has_cosine_zero(memory):
    memory[:, 0] = 0
    key = drawn(B, S, seed=2).requires_grad_()
    found = address(memory, key, torch.ones(B, dtype=torch.float64))
    assert torch.isfinite(torch.autograd.grad(found.square().sum(), key)[0]).all()
    for b in range(B):
        cells = memory[b].flatten(0, 1)[N:].numpy()
        cosines = [0.0] * N + [oracle.cosine(key[b].detach().numpy(), cell) for cell in cells]
        expected = np.exp(cosines) / np.exp(cosines).sum()
        np.testing.assert_allclose(found[b].detach().flatten(), expected, rtol=1e-10)


@pytest.mark.eq(13)
def test_read(memory, attention):
    found = read(memory, attention)
    for b in range(B):
        expected = oracle.read(memory[b].numpy(), attention[b].numpy())
        np.testing.assert_allclose(found[b], expected, rtol=1e-10, atol=1e-13)


@pytest.mark.eq(16)
def test_erase_gate():
    raw = 3 * drawn(B, S)
    expected = [[oracle.sigmoid(float(x)) for x in row] for row in raw]
    np.testing.assert_allclose(erase_gate(raw), expected, rtol=1e-12)


@pytest.mark.eq(17)
def test_write(memory, attention):
    erase, message = drawn(B, S, seed=4).sigmoid(), drawn(B, S, seed=5)
    found = write(memory, attention, erase, message)
    for b in range(B):
        expected = oracle.write(*(x[b].numpy() for x in (memory, attention, erase, message)))
        np.testing.assert_allclose(found[b], expected, rtol=1e-10, atol=1e-13)


def test_erasing_all_and_writing_nothing_empties_what_is_fully_attended(memory):
    ones, zeros = torch.ones(B, S, dtype=torch.float64), torch.zeros(B, S, dtype=torch.float64)
    after = write(memory, one_cell_attended(), ones, zeros)
    assert (after[:, 3, 4] == 0).all()
    elsewhere = one_cell_attended() == 0
    assert torch.equal(after[elsewhere], memory[elsewhere])


def test_erasing_nothing_and_writing_nothing_changes_nothing(memory, attention):
    zeros = torch.zeros(B, S, dtype=torch.float64)
    assert torch.equal(write(memory, attention, zeros, zeros), memory)


def test_gradients_of_addressing(memory):
    key, strength = drawn(B, S, seed=2), 1 + drawn(B, seed=3).abs()
    inputs = [x.requires_grad_() for x in (memory[:, :3, :2].clone(), key, strength)]
    assert gradcheck(address, inputs)


def test_gradients_of_writing(memory, attention):
    erase, message = drawn(B, S, seed=4).sigmoid(), drawn(B, S, seed=5)
    small = (memory[:, :3, :2].clone(), attention[:, :3, :2].clone(), erase, message)
    assert gradcheck(write, [x.requires_grad_() for x in small])
