import numpy as np
import pytest

from animot.errors import InputError
from animot.video.background.find import check_name, find_background
from animot.video.background.temporal_median import temporal_median

H, W, N = 31, 43, 120


def street(*, jump: float) -> np.ndarray:
    """A block crosses a slope; from the middle on, all is brighter."""
    slope = np.linspace(40, 150, W)[None, :, None] * np.array([1.0, 0.8, 0.6])
    frames = np.tile(slope, (N, H, 1, 1))
    for t, frame in enumerate(frames):
        frame[8:20, t % W : t % W + 6] = (20, 10, 140)
    frames[N // 2 - 7 :] *= jump
    return frames.round().astype(np.uint8)


TIME = np.arange(N) / 4.0


@pytest.mark.parametrize("name", ["mode", "median", "mog2", "imbs"])
def test_each_model_finds_the_slope(name: str) -> None:
    frames = street(jump=1.0)
    found = find_background(name, frames, TIME, match_light=False)
    assert np.abs(found.astype(int) - frames[0, 0]).max() <= 8


@pytest.mark.parametrize("name", ["mode", "median"])
def test_with_matched_light_the_background_is_in_one_light(name: str) -> None:
    frames = street(jump=1.3)
    found = find_background(name, frames, TIME, match_light=True).astype(float)
    still = found[:, 10:] / frames[0, 0, 10:]
    assert still.max() - still.min() < 0.05


@pytest.mark.parametrize("name", ["mog2", "imbs"])
def test_with_matched_light_causal_models_stay_in_the_first_light(name: str) -> None:
    frames = street(jump=1.3)
    found = find_background(name, frames, TIME, match_light=True)
    assert np.abs(found.astype(int) - frames[0, 0]).max() <= 8


def test_where_the_light_is_steady_nothing_changes() -> None:
    frames = street(jump=1.0)
    found = find_background("median", frames, TIME, match_light=True)
    chosen = frames[np.linspace(0, N - 1, 100).astype(int)]
    np.testing.assert_array_equal(found, temporal_median(chosen))


def test_unknown_models_are_refused() -> None:
    with pytest.raises(InputError, match="no background model gmm; give mode, median, mog2, imbs"):
        check_name("gmm")
