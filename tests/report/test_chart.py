import numpy as np
import pytest

from animot.report.chart import MOST_POINTS, area_of, line_of


def test_a_line_goes_through_its_points_from_edge_to_edge() -> None:
    line = line_of(np.array([10.0, 20.0, 50.0]), np.array([8.0, 2.0, 4.0]))
    assert line.path == "M0.00,0.00 L25.00,75.00 L100.00,50.00"
    assert (line.least, line.most) == (0.0, 8.0)


def test_the_edges_hold_negative_values_and_can_be_given() -> None:
    line = line_of(np.array([0.0, 1.0]), np.array([-1.0, 1.0]), 3.0)
    assert line.path == "M0.00,100.00 L100.00,50.00"
    assert (line.least, line.most) == (-1.0, 3.0)


def test_a_flat_line_can_be_drawn() -> None:
    assert line_of(np.array([1.0, 2.0]), np.zeros(2)).path == "M0.00,0.00 L100.00,0.00"


def test_a_long_line_keeps_its_mean() -> None:
    y = np.tile([1.0, 3.0], 5000)
    path = line_of(np.arange(10_000.0), y).path
    assert path.count("L") == MOST_POINTS - 1
    assert line_of(np.arange(10_000.0), y).most == pytest.approx(2.0, abs=0.05)


def test_an_area_is_stairs_with_one_step_a_frame() -> None:
    area = area_of(np.array([0, 4, 1, 1]))
    assert area.path == ("M0,100 V100.00 H25.00 V0.00 H50.00 V75.00 H75.00 V75.00 H100.00 V100 Z")
    assert area.most == 4


def test_a_long_area_keeps_its_peaks_and_an_empty_one_is_flat() -> None:
    counts = np.zeros(100_000, dtype=np.int64)
    counts[54_321] = 7
    area = area_of(counts)
    assert area.path.count("H") == MOST_POINTS
    assert area.path.count("V0.00") == 1
    assert "V0.00" not in area_of(np.zeros(5, dtype=np.int64)).path
