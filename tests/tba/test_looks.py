import numpy as np
import pytest

from animot.tba.looks import Looks, colours_of

H, W = 20, 30


def picture() -> np.ndarray:
    """Rows of another red each, columns of another green each."""
    image = np.zeros((H, W, 3), dtype=np.uint8)
    image[..., 0] = 10 * np.arange(H)[:, None]
    image[..., 1] = 5 * np.arange(W)
    image[..., 2] = 7
    return image


def test_four_stripes_down_the_middle_of_a_box() -> None:
    # 20 rows from 0 on: stripes reach from 2 to 6, 6 to 10, 10 to 14, 14 to 18; each is looked at
    # in a sixth, a half and five sixths of it: rows 2, 4 and 5 of the first one.
    box = np.array([[10 / W, 0.0, 20 / W, 1.0]])
    colours = colours_of(picture(), box).reshape(4, 3)
    np.testing.assert_allclose(colours[:, 0], 10 * (np.array([0, 4, 8, 12]) + 11 / 3))
    np.testing.assert_allclose(colours[:, 1], 5 * (13 + 15 + 16) / 3)
    np.testing.assert_allclose(colours[:, 2], 7)


@pytest.mark.parametrize("box", [(-3.0, -3.0, -2.0, -2.0), (2.0, 2.0, 3.0, 3.0)])
def test_outside_it_is_the_border(box: tuple[float, ...]) -> None:
    colours = colours_of(picture(), np.array([box])).reshape(4, 3)
    corner = picture()[0, 0] if box[0] < 0 else picture()[-1, -1]
    np.testing.assert_array_equal(colours, np.repeat(corner[None], 4, axis=0))


def test_a_box_of_less_than_a_pixel_has_colours() -> None:
    tiny = np.array([[0.5, 0.5, 0.501, 0.501]])
    np.testing.assert_array_equal(
        colours_of(picture(), tiny).reshape(4, 3), np.repeat(picture()[None, 10, 15], 4, axis=0)
    )


def test_looks_are_differences_to_the_mean_so_far() -> None:
    first, second = np.array([[0.0] * 12, [8.0] * 12]), np.array([[7.0] * 12])
    looks, differences = Looks.start(3).see(first)
    np.testing.assert_array_equal(differences, first - 4)
    after, differences = looks.see(second)
    np.testing.assert_array_equal(differences, second - 5)
    assert (looks.count, after.count) == (2, 3)


def test_nothing_has_no_looks() -> None:
    looks, differences = Looks.start(1).see(colours_of(picture()[..., :1], np.zeros((0, 4))))
    assert differences.shape[0] == looks.count == 0
