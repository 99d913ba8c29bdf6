"""IMBS, number by number of its publication."""

import numpy as np
import pytest

from animot.video.background.imbs import Imbs
from animot.video.background.imbs_bins import add_sample, modes_of, no_bins
from animot.video.background.imbs_foreground import foreground

H, W = 13, 17


def flat(*colour: int) -> np.ndarray:
    return np.tile(np.array(colour, dtype=np.uint8), (H, W, 1))


def modes(*colours: tuple[int, int, int], moving: bool = False):
    bins = no_bins((H, W, 3), 5)
    for number, colour in enumerate(colours):
        for _ in range(4 - number):
            add_sample(
                bins,
                flat(*colour).astype(np.float32),
                np.full((H, W), moving),
                np.ones((H, W), bool),
            )
    return modes_of(bins, None, flat(1, 2, 3))


def test_samples_join_the_first_bin_within_five_levels() -> None:
    bins, all_of_it = no_bins((H, W, 3), 3), np.ones((H, W), dtype=bool)
    none = np.zeros((H, W), dtype=bool)
    for colour in [(100, 50, 20), (105, 50, 20), (100, 50, 29), (102, 50, 21)]:
        add_sample(bins, flat(*colour).astype(np.float32), none, all_of_it)
    assert bins.height[:, 4, 5].tolist() == [3, 1, 0]
    np.testing.assert_allclose(bins.colour[0, 4, 5], [307 / 3, 50, 61 / 3], rtol=1e-5)
    np.testing.assert_allclose(bins.colour[1, 4, 5], [100, 50, 29])


def test_a_full_pixel_loses_the_sample_and_held_pixels_take_none() -> None:
    bins, wanted = no_bins((H, W, 3), 2), np.ones((H, W), dtype=bool)
    wanted[0] = False
    for level in (10, 60, 110, 60):
        add_sample(bins, flat(level, level, level).astype(np.float32), ~wanted, wanted)
    assert bins.height[:, 1, 2].tolist() == [1, 2]
    assert bins.height[:, 0, 2].tolist() == [0, 0]


def test_modes_are_bins_of_two_samples_the_highest_first() -> None:
    found, picture = modes((200, 30, 30), (30, 200, 30), (30, 30, 200), (90, 90, 90))
    assert found.height[:, 3, 4].tolist() == [4, 3, 2, 0, 0]
    assert picture[3, 4].tolist() == [200, 30, 30]


def test_modes_that_were_foreground_are_no_picture() -> None:
    _, picture = modes((200, 30, 30), moving=True)
    assert picture[3, 4].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("colour", "seen"),
    [
        ((200, 100, 60), False),  # the mode
        ((215, 100, 60), False),  # within 15
        ((140, 70, 42), False),  # a shadow: 0.7 of the value
        ((110, 55, 33), True),  # too dark for one
        ((60, 100, 200), True),  # another hue
        ((30, 200, 30), False),  # the second mode
    ],
)
def test_foreground(colour: tuple[int, int, int], seen: bool) -> None:
    found, _ = modes((200, 100, 60), (30, 200, 30))
    assert foreground(flat(*colour), found).all() == seen
    assert foreground(flat(*colour), found).any() == seen


@pytest.mark.parametrize(("level", "seen"), [(35, False), (36, True)])
def test_a_mode_is_shown_by_what_differs_by_15(level: int, seen: bool) -> None:
    """In the dark, where nothing that is brighter passes for a highlight."""
    found, _ = modes((20, 20, 20))
    assert foreground(flat(level, level, level), found).all() == seen


def test_blobs_below_30_pixels_are_dropped() -> None:
    found, _ = modes((200, 100, 60))
    image = flat(200, 100, 60)
    image[2:5, 2:11] = (0, 0, 250)
    assert not foreground(image, found).any()
    image[5, 2:5] = (0, 0, 250)
    assert foreground(image, found).sum() == 30


def watch(model: Imbs, image: np.ndarray, first: float, last: float) -> list[tuple[float, int]]:
    """Times, in tenths of a second, and the first channel of the picture after each frame."""
    times = np.arange(round(first * 10), round(last * 10)) / 10
    return [(float(time), int(model.update(image, time)[6, 8, 0])) for time in times]


@pytest.mark.parametrize(("rows", "soonest", "latest"), [(H, 1.5, 4.0), (H // 3, 9.0, 14.0)])
def test_after_a_sudden_change_a_model_comes_sooner(
    rows: int, soonest: float, latest: float
) -> None:
    """30 samples of 0.4 s make a model; when most of the frame changes, 10 of 0.2 s do."""
    model = Imbs()
    model.start(flat(50, 50, 50), 0.0)
    watch(model, flat(50, 50, 50), 0.1, 12.0)
    image = flat(50, 50, 50)
    image[6 - rows // 2 : 7 + rows // 2] = (60, 60, 220)
    changed = watch(model, image, 12.0, 40.0)
    time = next(time for time, level in changed if level == 60)
    assert soonest < time - 12 < latest
