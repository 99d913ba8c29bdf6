from dataclasses import replace

import numpy as np
import pytest

from animot.data.clips import Scene
from animot.errors import InputError
from animot.fit_to_video import PRESENCE_SHARE, fit_to_video, patience_frames, trackers_for

H, W = 96, 128


def scene(things: int, grey: int = 200, height: int = 20, width: int = 10) -> Scene:
    """Things side by side that move down, on a background of 60."""
    background = np.full((H, W, 3), 60, dtype=np.uint8)
    frames = np.repeat(background[None], 30, axis=0)
    for t, frame in enumerate(frames):
        for k in range(things):
            frame[2 * t : 2 * t + height, 20 * k : 20 * k + width] = grey
    return Scene(frames=frames, runs=[(0, 30)], background=background)


def test_sizes_trackers_and_costs_are_those_of_what_moves() -> None:
    config = fit_to_video([scene(4)], (H, W), 10.0, None)
    assert (config.frame_size, config.patch_size) == ((H, W), (20, 10))
    assert config.num_trackers == 6
    energy = 20 * 10 * 3 * (140 / 255) ** 2
    assert config.presence_weight == pytest.approx(PRESENCE_SHARE * energy, abs=0.01)
    faint = fit_to_video([scene(4, grey=100)], (H, W), 10.0, None)
    assert faint.presence_weight == pytest.approx(
        config.presence_weight * (40 / 140) ** 2, abs=0.01
    )


def test_the_user_knows_better_how_many_there_are() -> None:
    assert fit_to_video([scene(4)], (H, W), 10.0, 9).num_trackers == 9


def test_cameras_are_counted_one_by_one() -> None:
    config = fit_to_video([scene(2), scene(6)], (H, W), 10.0, None)
    assert config.num_trackers == 9


def test_large_things_get_a_large_patch() -> None:
    tall = scene(1, height=36, width=50)
    clipped = replace(tall, frames=tall.frames[:, :64], background=tall.background[:64])
    assert fit_to_video([clipped], (64, W), 10.0, None).patch_size == (36, 50)


@pytest.mark.parametrize(("things", "trackers"), [(1, 4), (3, 5), (8, 12), (16, 24), (40, 24)])
def test_there_are_more_trackers_than_things(things: int, trackers: int) -> None:
    assert trackers_for(things) == trackers


def test_what_is_ignored_is_not_fitted_to() -> None:
    seen = scene(3)
    frames = seen.frames.copy()
    frames[:, 14:74, 80:120] = 0  # a tree
    masked = np.zeros((H, W), dtype=bool)
    masked[:, 70:] = True
    config = fit_to_video([replace(seen, frames=frames, ignore=masked)], (H, W), 10.0, None)
    assert (config.patch_size, config.num_trackers) == ((20, 10), 5)


def test_where_nothing_moves_there_is_nothing_to_fit_to() -> None:
    with pytest.raises(InputError, match="nothing moves in the video; check that the camera"):
        fit_to_video([scene(0)], (H, W), 10.0, None)


@pytest.mark.parametrize(
    ("fps", "frames"), [(0.5, 3), (2.5, 4), (10, 16), (25, 40), (30, 48), (50, 60), (100, 60)]
)
def test_trackers_wait_for_the_same_time_at_most_frame_rates(fps: float, frames: float) -> None:
    assert patience_frames(float(fps)) == frames
