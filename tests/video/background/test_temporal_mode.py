from pathlib import Path

import cv2
import numpy as np
import pytest

from animot.data.sequence import open_sequence
from animot.video.background import temporal_mode as module
from animot.video.background.find import MODE, find_background
from animot.video.background.temporal_median import sample_frames, temporal_median
from animot.video.background.temporal_mode import SAME, still_pixels, temporal_mode

H, W, N = 61, 83, 50


def noise(num_frames: int, height: int, width: int) -> np.ndarray:
    shape = (num_frames, height, width, 3)
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


def visits(taken: int, channels: int = 3, boots: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Frames and the empty scene: objects stand at one place in so many of five frames.

    Ten of them, one after the other, each of four colours in bands, and never quite still. The
    lowest rows of all, the boots, are black.
    """
    random = np.random.default_rng(5)
    patches = random.integers(30, 226, (6, 9, 3), dtype=np.uint8)
    empty = cv2.resize(patches, (W, H))[..., :channels]
    frames = np.repeat(empty[None], N, axis=0)
    for t in range(N):
        if t % 5 < taken:
            clothes = np.random.default_rng(t // 5).integers(0, 256, (4, channels))
            left = 35 + random.integers(-2, 3)
            frames[t, 10:46, left : left + 14] = np.repeat(clothes, 9, axis=0)[:, None]
            frames[t, 46 - boots : 46, left : left + 14] = 10
    grain = random.integers(-4, 5, frames.shape)
    return np.clip(frames + grain, 0, 255).astype(np.uint8), empty


def wrong(found: np.ndarray, empty: np.ndarray) -> float:
    """Share of pixels that are more than 30 levels off."""
    return float((np.abs(found.astype(int) - empty).max(axis=2) > 30).mean())


@pytest.mark.parametrize(("taken", "channels"), [(3, 1), (3, 3), (4, 3)])
def test_a_place_is_found_empty_that_is_taken_most_of_the_time(taken: int, channels: int) -> None:
    frames, empty = visits(taken, channels)
    assert wrong(np.sort(frames, axis=0)[N // 2], empty) > 0.01
    assert wrong(temporal_mode(frames), empty) < 0.001


def test_what_all_objects_have_alike_is_told_by_what_is_around_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frames, empty = visits(3, boots=5)
    assert wrong(temporal_mode(frames), empty) < 0.001
    monkeypatch.setattr(module, "PASSES", 1)
    assert wrong(temporal_mode(frames), empty) > 0.005


def passers_by() -> tuple[np.ndarray, np.ndarray]:
    """Frames and the empty scene: for three quarters of the time people in black pass, in a row.

    They are 9 pixels wide and 3 apart, and walk 4 pixels a frame.
    """
    empty = cv2.resize(noise(1, 6, 9)[0] // 2 + 60, (W, H))
    frames = np.repeat(empty[None], 400, axis=0)
    columns = np.arange(W)
    for t in range(400):
        if t % 40 < 30:
            frames[t, 15:50, (columns - 4 * t) % 12 < 9] = 10
    return frames, empty


def test_black_coats_of_people_who_pass_are_not_one_thing_that_stands() -> None:
    frames, empty = passers_by()
    assert wrong(temporal_mode(frames[::4]), empty) > 0.1
    assert wrong(find_background(MODE, frames, np.arange(400) / 10, match_light=False), empty) == 0


def test_still_is_what_was_and_will_be_the_same() -> None:
    frame, before, after = np.full((3, 1, 3, 3), 100, dtype=np.uint8)
    before[0, 0], after[0, 1] = 100 + SAME, 100 + SAME + 1
    np.testing.assert_array_equal(still_pixels(frame, [before, after]), [[True, False, True]])
    assert still_pixels(frame, []).all()


def test_the_background_is_the_mean_of_the_colours_that_most_are_alike() -> None:
    def flat(*levels: int) -> np.ndarray:
        return np.array(levels, dtype=np.uint8)[:, None, None, None].repeat(5, 1).repeat(7, 2)

    assert (temporal_mode(flat(10, 90, 14, 92, 30, 200, 91)) == 91).all()
    # 22 is alike all from 10 to 30, and those are more.
    assert (temporal_mode(flat(10, 90, 14, 92, 30, 200, 91, 22, 22)) == 20).all()


@pytest.mark.parametrize("num_frames", [1, 2])
def test_of_one_or_two_frames_it_is_the_first(num_frames: int) -> None:
    frames = noise(num_frames, height=5, width=3)
    far = frames // 128 * 128  # both 0 or 128 in each channel
    np.testing.assert_array_equal(temporal_mode(far), far[0])


def test_of_three_frames_two_decide() -> None:
    frames = noise(3, height=31, width=23)
    frames[2] = frames[1]
    alike = np.abs(frames[0].astype(int) - frames[1]).max(axis=2) <= SAME
    np.testing.assert_array_equal(temporal_mode(frames)[~alike], frames[1][~alike])


def test_a_still_picture_is_its_own_background() -> None:
    still = noise(1, height=31, width=23).repeat(7, axis=0)
    np.testing.assert_array_equal(temporal_mode(still, match_light=True), still[0])


def test_of_noise_something_is_found_that_was_seen() -> None:
    frames = noise(9, height=11, width=13)
    nearest = np.abs(frames.astype(int) - temporal_mode(frames)).max(axis=-1).min(axis=0)
    assert nearest.max() <= SAME


def test_strips_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = visits(4)[0][:9]
    whole = temporal_mode(frames)
    monkeypatch.setattr(module, "STRIP", 7 * W)
    np.testing.assert_array_equal(temporal_mode(frames), whole)


@pytest.mark.parametrize("match_light", [False, True])
def test_colours_count_in_one_light(match_light: bool) -> None:
    """Of 40 frames 16 are darker; something stands in half of the bright ones."""
    slope = np.linspace(60, 160, W)[None, :, None] * np.array([1.0, 0.8, 0.6])
    frames = np.tile(slope, (40, H, 1, 1))
    frames[16:28, 20:40, 30:45] = (20, 10, 140)
    frames[:16] *= 0.7
    found = temporal_mode(frames.round().astype(np.uint8), match_light=match_light)
    light = found[20:40, 30:45] / slope[:, 30:45]
    assert (np.abs(light - 1).max() < 0.05) == match_light


@pytest.mark.slow
def test_a_room_is_found_empty_in_which_somebody_stands_most_of_the_time(shared_data: Path) -> None:
    video = shared_data / "videos/one-by-one-person-detection.mp4"
    frames = sample_frames(open_sequence(video), (128, 224))
    empty = frames[0]  # before anybody comes
    assert wrong(temporal_median(frames), empty) > 0.05
    assert wrong(temporal_mode(frames, match_light=True), empty) < 0.01
