import numpy as np
import pytest

from animot.association.cost import GATE, appearance_gain, grow, unit, wide_iou


def test_grown_boxes():
    assert grow(np.array([[10.0, 20, 14, 30]]), 0.25).tolist() == [[9, 17.5, 15, 32.5]]
    assert grow(np.array([[10.0, 20, 14, 30]]), 0.0).tolist() == [[10, 20, 14, 30]]


def test_wide_overlap_tells_near_from_far():
    a = np.array([[0.0, 0, 10, 10]])
    near, far = np.array([[12.0, 0, 22, 10]]), np.array([[40.0, 0, 50, 10]])
    assert wide_iou(a, near, 0.0) == 0
    # -3 to 13 and 9 to 25: 4 of 28, both 16 high
    assert wide_iou(a, near, 0.3)[0, 0] == pytest.approx(4 / 28)
    assert wide_iou(a, far, 0.3) == 0


def test_gain_is_what_the_cost_leaves_of_the_limit():
    cosine = np.array([[1.0, 0.5, -1.0], [0.9, 0.0, 1.0]])
    distance = np.array([[0.0, 4.0, 0.0], [9.4, 1.0, 9.5]])
    gain = appearance_gain(cosine, distance, 0.1, 0.6)
    expected = [
        [0.6, 0.6 - (0.9 * 0.5 + 0.4), 0.6 - 0.9 * 2],
        [0.6 - (0.9 * 0.1 + 0.94), 0.6 - (0.9 + 0.1), 0.0],
    ]
    np.testing.assert_allclose(gain, expected)


def test_gate_is_the_quantile_of_chi_square():
    from scipy.stats import chi2

    assert pytest.approx(chi2.ppf(0.95, df=4), abs=1e-4) == GATE
    assert appearance_gain(np.ones((1, 1)), np.full((1, 1), GATE), 0.0, 0.4) > 0
    assert appearance_gain(np.ones((1, 1)), np.full((1, 1), GATE + 1e-3), 0.0, 0.4) == 0


def test_unit_length():
    given = np.array([[3.0, 4.0], [0.0, 0.0], [0.0, -2.0]])
    np.testing.assert_allclose(unit(given), [[0.6, 0.8], [0, 0], [0, -1]])
    assert unit(np.zeros((3, 0))).shape == (3, 0)
