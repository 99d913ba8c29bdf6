import numpy as np
import pytest

from animot.video.foreground import LEAST_AREA, THRESHOLD, differing, foreground

H, W = 60, 80


def _flat(level: int = 50, channels: int = 3) -> np.ndarray:
    return np.full((H, W, channels), level, dtype=np.uint8)


def _shown(frame: np.ndarray, background: np.ndarray) -> list[int]:
    """Top, left, height and width of everything that is found, and its pixels."""
    mask = foreground(frame, background)
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    if len(rows) == 0:
        return []
    return [
        int(rows[0]),
        int(columns[0]),
        int(np.ptp(rows)) + 1,
        int(np.ptp(columns)) + 1,
        int(mask.sum()),
    ]


@pytest.mark.parametrize("channels", [1, 3])
def test_a_thing_is_found_where_it_is(channels: int) -> None:
    frame, background = _flat(channels=channels), _flat(channels=channels)
    frame[5:16, 6:13, -1] = 50 + THRESHOLD + 1
    assert _shown(frame, background) == [5, 6, 11, 7, 77]
    # A frame that is mirrored is a view that is not contiguous.
    assert _shown(frame[:, ::-1], background) == [5, W - 13, 11, 7, 77]


def test_what_is_faint_or_small_is_nothing() -> None:
    faint, speck, least = _flat(), _flat(), _flat()
    faint[5:16, 6:13] += THRESHOLD
    speck[5, 6 : 6 + LEAST_AREA - 1] = 200
    least[5, 6 : 6 + LEAST_AREA] = 200
    assert _shown(faint, _flat()) == _shown(speck, _flat()) == []
    assert _shown(least, _flat()) == [5, 6, 1, LEAST_AREA, LEAST_AREA]


def test_a_thing_of_which_only_the_outline_differs_is_whole() -> None:
    frame = _flat()
    frame[5:25, 6:18] = 200
    frame[8:22, 9:15] = 60
    frame[4:26, 11:13] = 55  # and it has two gaps
    assert _shown(frame, _flat()) == [5, 6, 20, 12, 240]


def test_edges_that_tremble_are_no_thing() -> None:
    """Lines on the road, where the camera moved by a pixel; what hides one of them is a thing."""
    background = _flat()
    background[10:40, 20:24] = 180
    background[12:15, 40:76] = 180
    moved = np.roll(background, (1, 1), axis=(0, 1))
    assert _shown(moved, background) == []
    moved[20:31, 17:29] = 120
    top, left, height, width, _ = _shown(moved, background)
    assert (left, width) == (17, 12)
    assert top <= 20
    assert top + height >= 31


@pytest.mark.parametrize("grey", [True, False])
def test_noise_is_no_thing(grey: bool) -> None:
    random = np.random.default_rng(3)
    noise = random.normal(0, 15, (H, W, 1 if grey else 3))
    frame = _flat(110).astype(np.float64)
    frame[5:25, 6:18] = 250
    noisy, empty = (np.clip(f + noise, 0, 255).astype(np.uint8) for f in (frame, _flat(110)))
    assert _shown(empty, _flat(110)) == []
    top, left, height, width, _ = _shown(noisy, _flat(110))
    assert np.abs(np.array([top, left, height, width]) - [5, 6, 20, 12]).max() <= 3


def test_light_that_is_left_over_is_no_thing() -> None:
    slope = np.repeat(np.linspace(40, 160, W)[None, :, None], H, axis=0).repeat(3, axis=2)
    frame = (slope + 22 + np.linspace(0, 12, H)[:, None, None]).astype(np.uint8)
    frame[5:25, 6:18] = 250
    assert _shown(frame, slope.astype(np.uint8)) == [5, 6, 20, 12, 240]


@pytest.mark.parametrize("channels", [1, 3])
def test_pixels_that_differ_with_holes_and_specks(channels: int) -> None:
    frame, background = _flat(channels=channels), _flat(channels=channels)
    frame[5:16, 6:13, -1] = 50 + THRESHOLD + 1
    frame[8, 9] = 50 - THRESHOLD
    frame[30, 40, 0] = 50 - THRESHOLD - 1
    expected = np.zeros((H, W), dtype=bool)
    expected[5:16, 6:13] = expected[30, 40] = True
    expected[8, 9] = False
    assert np.array_equal(differing(frame, background), expected)
