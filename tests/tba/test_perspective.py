import numpy as np
import pytest

from animot.tba.perspective import Perspective

RATIO = 0.4


def standing(foot: np.ndarray, height: np.ndarray, ratio: float = RATIO) -> np.ndarray:
    """Boxes in the middle of the frame."""
    width = ratio * height
    return np.stack([0.5 - width / 2, foot - height, 0.5 + width / 2, foot], axis=1)


def height_at(foot: np.ndarray) -> np.ndarray:
    return 0.05 + 0.3 * foot


def seen(count: int = 200, noise: float = 0.03, seed: int = 0) -> Perspective:
    """What is known after so many boxes along the line, in frames of five."""
    random = np.random.default_rng(seed)
    foot = random.uniform(0.4, 0.9, count)
    height = height_at(foot) * np.exp(noise * random.standard_normal(count))
    perspective = Perspective.start()
    for boxes in standing(foot, height).reshape(-1, 5, 4):
        perspective = perspective.see(boxes)
    return perspective


def test_heights_are_a_line_in_the_foot() -> None:
    foot = np.array([0.45, 0.6, 0.85])
    np.testing.assert_allclose(seen().expected(foot), height_at(foot), rtol=0.02)


def test_what_is_partly_hidden_keeps_its_foot_and_gets_its_height() -> None:
    foot = np.array([0.5, 0.8])
    boxes = standing(foot, height_at(foot) * np.array([0.6, 0.95]))
    fitted = seen(noise=0.0).fit(boxes)
    np.testing.assert_array_equal(fitted[:, 3], foot)
    # Below 0.92 of what is expected it is hidden, above that as it should be.
    heights = fitted[:, 3] - fitted[:, 1]
    np.testing.assert_allclose(heights, height_at(foot) * [1.0, 0.95], rtol=0.01)


def test_widths_are_drawn_towards_the_usual_proportion() -> None:
    foot = np.array([0.7])
    wide = standing(foot, height_at(foot), ratio=0.6)
    fitted = seen(noise=0.0).fit(wide)
    expected = height_at(foot) * (0.6 + 0.3 * (RATIO - 0.6))
    np.testing.assert_allclose(fitted[:, 2] - fitted[:, 0], expected, rtol=0.01)
    np.testing.assert_allclose((fitted[:, 2] + fitted[:, 0]) / 2, 0.5)


def test_nothing_is_known_from_a_few_boxes() -> None:
    boxes = standing(np.array([0.5]), np.array([0.02]))
    few = seen(95)
    assert not few.is_known
    assert few.fit(boxes) is boxes
    assert seen(100).is_known


def test_things_of_many_sizes_or_shapes_stay_as_they_are() -> None:
    random = np.random.default_rng(1)
    foot = random.uniform(0.4, 0.9, 300)
    sizes = standing(foot, random.uniform(0.05, 0.3, 300))
    shapes = standing(foot, height_at(foot))
    shapes[:, 2] = shapes[:, 0] + height_at(foot) * random.uniform(0.2, 2, 300)
    for boxes in (sizes, shapes):
        perspective = Perspective.start().see(boxes)
        assert not perspective.is_known
        assert perspective.fit(boxes[:4]) is not None
        np.testing.assert_array_equal(perspective.fit(boxes[:4]), boxes[:4])


@pytest.mark.parametrize("shift", [(0, -0.5), (0, 0.4), (-0.5, 0), (0.5, 0)])
def test_boxes_that_the_border_cuts_say_and_get_nothing(shift: tuple[float, float]) -> None:
    perspective = seen()
    cut = standing(np.array([0.6]), np.array([0.1])) + np.array([*shift, *shift])
    np.testing.assert_array_equal(perspective.see(cut).sums, perspective.sums)
    np.testing.assert_array_equal(perspective.fit(cut), cut)


def test_outliers_say_nothing_of_the_line() -> None:
    perspective = seen(noise=0.05)
    foot = np.full(3, 0.7)
    far = standing(foot, height_at(foot) * np.array([0.6, 1.4, 2.0]))
    near = standing(foot, height_at(foot) * np.array([0.97, 1.0, 1.03]))
    np.testing.assert_array_equal(perspective.see(far).sums, perspective.sums)
    assert perspective.see(near).sums[0] == perspective.sums[0] + 3


def test_side_by_side_there_is_no_slope() -> None:
    foot = np.full(120, 0.6) + np.tile([0.0, 1e-4], 60)
    height = np.tile([0.1, 0.11], 60)
    perspective = Perspective.start().see(standing(foot, height))
    np.testing.assert_allclose(perspective.expected(np.array([0.1, 0.9])), 0.105, rtol=0.1)


def test_no_boxes() -> None:
    none = np.zeros((0, 4))
    assert len(seen().fit(none)) == 0
    assert Perspective.start().see(none).sums.sum() == 0
