"""What tracking sees frames against, while the scene and its light change."""

from dataclasses import replace

import numpy as np
import torch

from animot.saved import Model
from animot.tba.backdrop import Backdrop, covered_pixels
from animot.tracker import Frame, follow
from animot.tracks import FrameTracks
from made_tracking import CONFIG, made_frames, made_model, made_scene

H, W = CONFIG.frame_size


def test_held_and_free_pixels() -> None:
    background = np.full((H, W, 3), 50, dtype=np.uint8)
    covered = np.zeros((H, W), dtype=bool)
    covered[4:9, 10:30] = True
    image = background.copy()
    image[2:12, 5:35] = 120
    backdrop = Backdrop.start(background)
    for second in range(600):
        backdrop = backdrop.follow(image, float(second), covered)
        if second == 40:
            assert (backdrop.as_image()[3, 6] == 90).all()
    assert (backdrop.as_image()[covered] == 50).all()
    assert (backdrop.as_image()[~covered] == image[~covered]).all()


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


def seen(model: Model, frames: list[Frame], *, ahead: bool = True) -> list[FrameTracks]:
    tracker = model.tracker(model.cameras[0])
    return [objects for _, _, objects in follow(tracker, frames, tracker.start(), ahead=ahead)]


def change(a: list[FrameTracks], b: list[FrameTracks]) -> float:
    """Mean change of the boxes in pixels; all trackers are on."""
    return float(np.mean([np.abs(x.box - y.box).mean() for x, y in zip(a, b, strict=True)]))


def test_living_background_is_off_as_published() -> None:
    model = made_model()
    tracker = model.tracker(model.cameras[0])
    *_, (state, _, _) = follow(tracker, video(np.full(9, 0.5)), tracker.start())
    assert (state.backdrops[1].picture == model.cameras[0].background).all()
    assert tracker.prepare(video(np.full(1, 0.5))[0], state.backdrops[0]).image.mean() < 70


def test_a_jump_of_exposure_changes_no_track() -> None:
    steady, jumps = np.ones(12), np.where(np.arange(12) < 5, 1.0, 0.6)
    living, fixed = made_model(living_background=True), made_model()
    with_it = change(seen(living, video(steady)), seen(living, video(jumps)))
    without = change(seen(fixed, video(steady)), seen(fixed, video(jumps)))
    assert with_it < 0.2 * without


def test_what_is_prepared_ahead_is_what_is_seen_in_turn() -> None:
    """Bit for bit, though the background moves and the light jumps."""
    model = made_model(living_background=True)
    frames = video(np.linspace(1, 0.7, 15))
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
    moved = np.abs(state.backdrops[1].picture - model.cameras[0].background)
    assert moved[12:18, 18:28].max() == 39
    assert moved[:8].max() == 0
    held = made_model(living_background=True)
    tracker = held.tracker(held.cameras[0])
    *_, (state, objects) = ((s, o) for s, _, o in follow(tracker, frames, tracker.start()))
    under = covered_pixels(objects.box / np.tile([96, 64], 2), CONFIG)
    assert state.backdrops[1].covered[under].all()


def test_waiting_trackers_cover_where_their_objects_should_be() -> None:
    model = made_model(bias=-9.0, living_background=True)
    tracker = model.tracker(model.cameras[0])
    state = tracker.start()
    motion = replace(
        state.trackers.motion,
        patience=torch.tensor([[3.0, 0.0, 0.0]]),
        size=torch.full((1, 3, 2), 0.25),
    )
    confidence = torch.tensor([[0.9, 0.0, 0.0]])
    state = replace(state, trackers=replace(state.trackers, motion=motion, confidence=confidence))
    after, _ = tracker.step(state, video(np.ones(1))[0])
    covered = after.backdrops[1].covered
    assert covered[H // 2, W // 2]
    assert 0 < covered.mean() < 0.4
