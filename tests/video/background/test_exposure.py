"""Jumps of exposure and white balance are undone; what is not one is left alone."""

from pathlib import Path

import numpy as np
import pytest

from animot.data.sequence import open_sequence
from animot.video.background.exposure import fit_exposure, match_exposure
from animot.video.background.temporal_median import sample_frames, temporal_median

H, W = 67, 89


def smooth_scene(low: int = 40, high: int = 160) -> np.ndarray:
    """A still scene, each channel other than the next."""
    y, x = np.mgrid[:H, :W]
    waves = [np.sin(x / 7 + y / 11), np.cos(x / 5), np.sin(y / 9 - x / 13)]
    return (low + (high - low) * (np.stack(waves, axis=-1) + 1) / 2).astype(np.uint8)


def seen_at(scene: np.ndarray, gain: list[float], offset: list[float]) -> np.ndarray:
    noise = np.random.default_rng(0).normal(0, 2, scene.shape)
    seen = np.array(gain) * scene + np.array(offset) + noise
    return np.clip(np.rint(seen), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("gain", "offset"),
    [([1.4, 1.4, 1.4], [0, 0, 0]), ([0.6, 0.6, 0.6], [10, 10, 10]), ([1.2, 0.9, 0.7], [-9, 4, 30])],
)
def test_a_jump_leaves_no_foreground_but_the_object(gain: list[float], offset: list[float]) -> None:
    scene = smooth_scene()
    with_object = scene.copy()
    with_object[10:40, 20:50] = (10, 150, 70)
    seen = seen_at(with_object, gain, offset)
    assert np.abs(seen.astype(int) - scene).max(axis=2).mean() > 15
    exposure = fit_exposure(seen, scene)
    assert exposure is not None
    np.testing.assert_allclose(exposure.gain, gain, atol=0.03)
    np.testing.assert_allclose(exposure.offset, offset, atol=3)
    matched = match_exposure(seen, scene)
    left = np.abs(matched.astype(int) - scene).max(axis=2) > 15
    inside = np.zeros((H, W), dtype=bool)
    inside[10:40, 20:50] = True
    assert not left[~inside].any()
    # The object has the looks that it had before.
    assert np.abs(matched[inside].astype(int) - (10, 150, 70)).max() < 20


def test_what_is_clipped_to_white_is_no_foreground() -> None:
    scene = smooth_scene(low=60, high=250)
    seen = seen_at(scene, [1.6, 1.6, 1.6], [0, 0, 0])
    assert (seen == 255).mean() > 0.3
    assert np.abs(match_exposure(seen, scene).astype(int) - scene).max() < 15


def test_noise_and_objects_are_no_jump() -> None:
    scene = smooth_scene()
    seen = seen_at(scene, [1.0, 1.0, 1.0], [2, 2, 2])
    seen[5:50, 3:50] = 230
    assert match_exposure(seen, scene) is seen


def test_held_pixels_are_left_out() -> None:
    """Most of the frame is one object: the light is that of the rest."""
    scene = smooth_scene()
    seen, held = seen_at(scene, [1.3, 1.3, 1.3], [0, 0, 0]), np.zeros((H, W), dtype=bool)
    held[:, 25:] = True
    seen[held] = scene[held] // 2
    alone = fit_exposure(seen, scene, held)
    assert alone is not None
    np.testing.assert_allclose(alone.gain, 1.3, atol=0.03)
    misled = fit_exposure(seen, scene)
    assert misled is None or misled.gain.max() < 1.0


def test_what_cannot_be_told_is_left_alone() -> None:
    scene = smooth_scene()
    black = np.zeros_like(scene)
    dark, bright = smooth_scene(8, 30), smooth_scene(80, 250)
    for seen, background in (
        (black, scene),
        (scene, black),
        (seen_at(scene, [6.0] * 3, [0] * 3), scene),
        (seen_at(dark, [6.0] * 3, [0] * 3), dark),
        (seen_at(bright, [0.15] * 3, [0] * 3), bright),
    ):
        assert match_exposure(seen, background) is seen


def test_a_flat_background_in_one_channel_has_an_offset() -> None:
    flat = np.full((H, W, 1), 90, dtype=np.uint8)
    exposure = fit_exposure(flat + np.uint8(30), flat)
    assert exposure is not None
    assert exposure.gain.tolist() == [1.0]
    assert exposure.offset.tolist() == pytest.approx([30.0], abs=1e-3)


def test_real_video_whose_exposure_jumps(shared_data: Path) -> None:
    frames = sample_frames(
        open_sequence(shared_data / "videos" / "car-detection.mp4"), (64, 112), max_frames=100
    )
    background = temporal_median(frames)

    def foreground(frame: np.ndarray) -> float:
        return float((np.abs(frame.astype(int) - background).max(axis=2) > 30).mean())

    flooded = [frame for frame in frames if foreground(frame) > 0.5]
    assert len(flooded) >= 10
    assert np.mean([foreground(match_exposure(frame, background)) for frame in flooded]) < 0.15
