"""All causal models: they find what is behind, know no future, and leave alone what is held."""

from collections.abc import Iterator

import numpy as np
import pytest

from animot.video.background.imbs import Imbs
from animot.video.background.model import BackgroundModel
from animot.video.background.mog2 import MixtureOfGaussians
from animot.video.background.running_median import RunningMedian, approach

MODELS = [lambda: RunningMedian(rate=20.0), MixtureOfGaussians, Imbs]
H, W = 41, 53
FPS = 10.0


def scene() -> np.ndarray:
    coarse = np.random.default_rng(3).integers(50, 120, (H, W, 1))
    return np.concatenate([coarse, coarse + 20, coarse - 20], axis=2).astype(np.uint8)


def street(count: int, first: int = 0) -> Iterator[tuple[np.ndarray, float]]:
    """A bright block crosses the scene again and again; a little noise."""
    for t in range(first, count):
        frame = scene().astype(int) + np.random.default_rng(t).integers(-2, 3, (H, W, 3))
        left = (4 * t + 30) % (W + 30) - 15
        frame[12:30, max(left, 0) : max(left + 11, 0)] = (250, 30, 240)
        yield frame.clip(0, 255).astype(np.uint8), t / FPS


def run(model: BackgroundModel, frames: Iterator[tuple[np.ndarray, float]]) -> list[np.ndarray]:
    first, time = next(frames)
    model.start(first, time)
    return [model.update(image, time).copy() for image, time in frames]


@pytest.mark.parametrize("make", MODELS)
def test_background_under_moving_objects(make) -> None:
    model = make()
    assert isinstance(model, BackgroundModel)
    *_, last = run(model, street(300))
    assert last.shape == (H, W, 3)
    assert np.abs(last.astype(int) - scene()).max() <= 12


@pytest.mark.parametrize("make", MODELS)
def test_a_start_forgets_everything(make) -> None:
    model = make()
    parked(model, 90, held=False)
    other = [(255 - image, time + 1000) for image, time in street(150)]
    np.testing.assert_array_equal(run(model, iter(other)), run(make(), iter(other)))


@pytest.mark.parametrize("make", MODELS)
def test_a_picture_that_was_given_stays_as_it_is(make) -> None:
    model, frames = make(), street(150)
    model.start(*next(frames))
    given = [model.update(image, time) for image, time in frames]
    copies = run(make(), street(150))
    np.testing.assert_array_equal(given, copies)
    assert not np.array_equal(given[-1], given[0])


def parked(model: BackgroundModel, seconds: float, *, held: bool) -> np.ndarray:
    """Background after an object has stood still for so long."""
    frames = street(300)
    run(model, frames)
    mask = np.zeros((H, W), dtype=bool)
    mask[5:25, 8:31] = held
    picture = np.zeros(0)
    for t in range(round(seconds * FPS)):
        image = scene()
        image[5:25, 8:31] = (20, 200, 220)
        picture = model.update(image, 30 + t / FPS, mask)
    return picture[5:25, 8:31]


@pytest.mark.parametrize("make", MODELS)
def test_what_is_held_is_never_absorbed(make) -> None:
    found = parked(make(), 180, held=True)
    assert np.abs(found.astype(int) - scene()[5:25, 8:31]).max() <= 12


@pytest.mark.parametrize("make", MODELS)
def test_what_nobody_holds_is_absorbed_in_the_end(make) -> None:
    found = parked(make(), 90, held=False)
    assert np.abs(found.astype(int) - (20, 200, 220)).max() <= 12


@pytest.mark.parametrize("fps", [2.0, 25.0])
def test_a_contrast_of_60_is_absorbed_in_a_minute_at_any_frame_rate(fps: float) -> None:
    model, frame = RunningMedian(), np.full((5, 7, 3), 60, dtype=np.uint8)
    model.start(np.zeros_like(frame), 0.0)
    levels = [int(model.update(frame, n / fps)[2, 3, 1]) for n in range(1, round(70 * fps))]
    seconds = [levels.index(level) / fps for level in (30, 60)]
    assert seconds == pytest.approx([29.7, 59.7], abs=0.8)


def test_a_long_pause_is_worth_one_step() -> None:
    model, frame = RunningMedian(rate=2.0), np.full((5, 7, 3), 90, dtype=np.uint8)
    model.start(np.zeros_like(frame), 0.0)
    times = [0.4, 3600.0, 3600.3, 3600.5, 3600.9, 3600.9995]  # stamps are rounded
    assert [int(model.update(frame, time).max()) for time in times] == [0, 1, 1, 2, 2, 3]


def test_a_step_ends_at_what_is_seen() -> None:
    picture = np.array([0, 0, 1, 9, 254, 255, 255], dtype=np.uint8).reshape(1, 7, 1)
    image = np.array([0, 7, 0, 9, 255, 254, 255], dtype=np.uint8).reshape(1, 7, 1)
    expected = [0, 1, 0, 9, 255, 254, 255]
    assert approach(picture, image).ravel().tolist() == expected


@pytest.mark.parametrize("make", MODELS)
def test_one_channel(make) -> None:
    grey = [(image[..., :1].copy(), time) for image, time in street(300)]
    assert np.abs(run(make(), iter(grey))[-1].astype(int) - scene()[..., :1]).max() <= 12
