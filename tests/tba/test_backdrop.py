"""What tracking sees frames against, while the scene and its light change."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from unittest import mock

import cv2
import numpy as np
import pytest
import torch

from animot.saved import Model, load_model
from animot.tba.backdrop import Backdrop, covered_pixels
from animot.tba.tracker import TBATracker
from animot.tracker import Frame, follow
from animot.tracks import FrameTracks
from animot.video.background.running_median import MedianPicture
from made_tracking import CONFIG, made_frames, made_model, made_scene

H, W = CONFIG.frame_size


def test_held_and_free_pixels() -> None:
    background = np.full((H, W, 3), 50, dtype=np.uint8)
    covered = np.zeros((H, W), dtype=bool)
    covered[4:9, 10:30] = True
    image = background.copy()
    image[2:12, 5:35] = 120
    backdrop = Backdrop(median=MedianPicture(picture=background))
    for second in range(600):
        backdrop = backdrop.follow(image, float(second), covered)
        if second == 40:
            assert (backdrop.picture[3, 6] == 90).all()
    assert (backdrop.picture[covered] == 50).all()
    assert (backdrop.picture[~covered] == image[~covered]).all()


def test_a_backdrop_is_the_same_until_its_picture_changes() -> None:
    """So what models want of it is made once."""
    background, nothing = np.full((H, W, 3), 51, dtype=np.uint8), np.zeros((H, W), dtype=bool)
    first = Backdrop(median=MedianPicture(picture=background)).follow(background, 3.0, nothing)
    assert first.follow(background + np.uint8(9), 3.9, nothing) is first
    second = first.follow(background + np.uint8(51), 4.0, nothing)
    assert second.tensor is second.tensor
    assert second.tensor.shape == (1, 3, H, W)
    for found in (second.tensor[0, 0].numpy(), second.behind[..., 0]):
        np.testing.assert_allclose(found, 52 / 255, rtol=1e-6)


def test_boxes_are_widened_by_half_a_cell() -> None:
    """Cells of 8 pixels: 4 more on each side, and no more than the frame."""
    boxes = np.array([[10 / W, 9 / H, 20 / W, 14 / H], [0.9, -0.5, 1.4, 0.0]])
    expected = np.zeros((H, W), dtype=bool)
    expected[5:18, 6:24] = True
    expected[:4, int(0.9 * W - 4) :] = True
    np.testing.assert_array_equal(covered_pixels(boxes, CONFIG), expected)
    assert not covered_pixels(boxes + 9, CONFIG).any()


def video(light: np.ndarray) -> list[Frame]:
    frames = made_frames(made_scene(1), len(light)) * light[:, None, None, None]
    pixels = frames.round().clip(0, 255).astype(np.uint8)
    return [Frame(index=n, time=n / 10, image=image) for n, image in enumerate(pixels)]


def slow_video(light: np.ndarray) -> list[Frame]:
    """The same, a second from frame to frame."""
    return [replace(frame, time=10 * frame.time) for frame in video(light)]


def seen(model: Model, frames: list[Frame], *, ahead: bool = True) -> list[FrameTracks]:
    tracker = model.tracker(model.cameras[0])
    return [objects for _, _, objects in follow(tracker, frames, tracker.start(), ahead=ahead)]


def change(a: list[FrameTracks], b: list[FrameTracks]) -> float:
    """Mean change of the boxes in pixels; all trackers are on."""
    return float(np.mean([np.abs(x.box - y.box).mean() for x, y in zip(a, b, strict=True)]))


@pytest.mark.parametrize(
    "load", [made_model, partial(load_model, "sprites"), partial(load_model, "mnist")]
)
def test_living_background_is_off_as_published(load: Callable[[], Model]) -> None:
    """Also in the shipped weights of made video, whose background is known: black."""
    model = load()
    tracker = model.tracker(model.cameras[0])
    start = tracker.start()
    *_, (state, _, _) = follow(tracker, slow_video(np.full(9, 0.5)), start)
    assert state.backdrop is start.backdrop
    with mock.patch("animot.tba.tracker.match_exposure") as matched:
        tracker.step(state, video(np.full(1, 0.5))[0])
    matched.assert_not_called()


def test_a_jump_of_exposure_changes_no_track() -> None:
    steady, jumps = np.ones(12), np.where(np.arange(12) < 5, 1.0, 0.6)
    living, fixed = made_model(living_background=True), made_model()
    with_it = change(seen(living, video(steady)), seen(living, video(jumps)))
    without = change(seen(fixed, video(steady)), seen(fixed, video(jumps)))
    assert with_it < 0.2 * without


def test_what_is_prepared_ahead_is_what_is_seen_in_turn() -> None:
    """Bit for bit, though the background moves and the light jumps."""
    model = made_model(living_background=True)
    frames = slow_video(np.linspace(1, 0.7, 15))
    for one, other in zip(seen(model, frames), seen(model, frames, ahead=False), strict=True):
        np.testing.assert_array_equal(one.box, other.box)
        np.testing.assert_array_equal(one.confidence, other.confidence)


def test_the_background_takes_up_what_no_tracker_holds() -> None:
    model = made_model(bias=-9.0, living_background=True)  # none is ever on
    tracker = model.tracker(model.cameras[0])
    scene = made_scene(1)
    scene[20:40, 30:60] = 255 - scene[20:40, 30:60]
    frames = [Frame(index=n, time=float(n), image=scene) for n in range(40)]
    *_, (state, _, _) = follow(tracker, frames, tracker.start())
    moved = cv2.absdiff(state.backdrop.picture, model.cameras[0].background)
    assert moved[12:18, 18:28].max() == 39
    assert moved[:8].max() == 0


def test_the_background_takes_up_nothing_under_what_is_held() -> None:
    model = made_model(living_background=True)  # all are on
    tracker = model.tracker(model.cameras[0])
    frames = [Frame(index=n, time=float(n), image=255 - made_scene(1)) for n in range(30)]
    covered = np.array([s.covered for s, _, _ in follow(tracker, frames, tracker.start())])
    *_, (state, objects) = ((s, o) for s, _, o in follow(tracker, frames, tracker.start()))
    under = covered_pixels(objects.box / np.tile([96, 64], 2), CONFIG)
    np.testing.assert_array_equal(covered[-1], under)
    moved = cv2.absdiff(state.backdrop.picture, model.cameras[0].background).max(axis=2)
    # The first frame only begins.
    np.testing.assert_array_equal(moved > 0, ~covered[1:].all(axis=0))


def test_waiting_trackers_cover_where_their_objects_should_be() -> None:
    """A quarter of the way from the middle to the right, and an eighth up."""
    model = made_model(bias=-9.0, living_background=True)
    tracker = model.tracker(model.cameras[0])
    state = tracker.start()
    motion = replace(
        state.trackers.motion,
        patience=torch.tensor([[3.0, 0.0, 0.0]]),
        centre=torch.tensor([[[0.5, -0.25]] * 3]),
        size=torch.full((1, 3, 2), 0.25),
    )
    confidence = torch.tensor([[0.9, 0.0, 0.0]])
    state = replace(state, trackers=replace(state.trackers, motion=motion, confidence=confidence))
    after, _ = tracker.step(state, video(np.ones(1))[0])
    expected = np.array([[0.75, 0.375, 0.75, 0.375]]) + np.array([-1, -1, 1, 1]) / 16
    np.testing.assert_array_equal(after.covered, covered_pixels(expected, CONFIG))


def test_what_is_ignored_tells_nothing_of_the_light() -> None:
    """Two thirds of the frame are ignored, and have another light than the rest."""
    model = made_model(living_background=True)
    ignore = np.zeros((H, W), dtype=bool)
    ignore[:, :32] = True
    tracker = TBATracker(model.network, model.cameras[0].background, ignore)
    found = []
    for elsewhere in (0.5, 1.2):
        frames = slow_video(np.array([0.7, 0.7, 1.0, 1.0]))
        for frame in frames:
            frame.image[:, :64] = (made_scene(1)[:, :64] * elsewhere).astype(np.uint8)
        found.append([(s, objects) for s, _, objects in follow(tracker, frames, tracker.start())])
    for (one, objects), (other, others) in zip(*found, strict=True):
        np.testing.assert_array_equal(objects.box, others.box)
        np.testing.assert_array_equal(one.backdrop.picture, other.backdrop.picture)
        assert one.covered[ignore].all()
