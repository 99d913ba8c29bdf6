from itertools import permutations

import numpy as np
import pytest

from animot.association.assignment import assign


def best_total(gain):
    """Greatest total gain over all partial matchings, by trying them."""
    rows, columns = gain.shape
    padded = np.zeros((rows, columns + rows))  # each row may also stay alone
    padded[:, :columns] = gain
    return max(
        sum(padded[row, column] for row, column in enumerate(chosen))
        for chosen in permutations(range(columns + rows), rows)
    )


@pytest.mark.parametrize("shape", [(3, 4), (4, 2), (1, 3), (3, 1)])
@pytest.mark.parametrize("seed", range(5))
def test_total_gain_is_the_greatest(shape, seed):
    gain = np.random.default_rng(seed).uniform(-1, 0.6, shape)
    rows, columns = assign(gain)
    assert gain[rows, columns].sum() == pytest.approx(best_total(gain))
    assert (gain[rows, columns] > 0).all()
    assert len(set(rows)) == len(set(columns)) == len(rows)


def test_a_pair_is_left_unmade_where_that_is_better():
    # One by one: (0, 0) gains 5. Both rows matched would gain 3 + 1.
    rows, columns = assign(np.array([[5.0, 3], [1, -9]]))
    assert (rows.tolist(), columns.tolist()) == ([0], [0])


def test_a_cost_beyond_the_limit_does_not_push_others_apart():
    # An assignment of least cost must match both rows and takes 0.9 + 0.1; with a limit of 0.5 it
    # may not pay for row 1.
    cost = np.array([[0.1, 0.9], [0.15, 5.0]])
    rows, columns = assign(0.5 - cost)
    assert (rows.tolist(), columns.tolist()) == ([0], [0])


def test_nothing_to_gain():
    assert [len(side) for side in assign(np.full((2, 3), -0.1))] == [0, 0]
    assert [len(side) for side in assign(np.zeros((2, 3)))] == [0, 0]
    assert [len(side) for side in assign(np.zeros((0, 3)))] == [0, 0]
