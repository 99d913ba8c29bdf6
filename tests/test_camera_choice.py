from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from animot.camera_choice import LIVE_SECONDS, choose_camera, choose_live_camera, difference
from animot.data.sequence import open_sequence
from animot.tracker import Frame
from made_tracking import made_frames, made_model, made_scene, write_video


def _frames(scene: np.ndarray, fps: float, seconds: float) -> Iterator[Frame]:
    images = made_frames(scene, round(fps * seconds))
    for index, image in enumerate(images):
        yield Frame(index=index, time=5.0 + index / fps, image=image)


def test_the_known_camera_is_recognised(tmp_path: Path) -> None:
    said: list[str] = []
    model = made_model()
    known = open_sequence(write_video(tmp_path / "known.mp4", made_frames(made_scene(1))))
    assert choose_camera(known, model, said.append) is model.cameras[0]
    assert not said


def test_another_camera_is_said_and_gets_its_own_background(tmp_path: Path) -> None:
    said: list[str] = []
    model = made_model()
    other = open_sequence(write_video(tmp_path / "other.mp4", made_frames(made_scene(2))))
    camera = choose_camera(other, model, said.append)
    assert camera is not model.cameras[0]
    assert difference(camera.background, made_scene(2)[::2, ::2]) < 0.2
    assert "other: another camera" in said[0]


def test_a_live_view_that_is_known_is_tracked_from_its_first_frame() -> None:
    said: list[str] = []
    model = made_model()
    frames = _frames(made_scene(1), fps=25.0, seconds=1.0)
    camera, rest = choose_live_camera(frames, model, said.append)
    assert camera is model.cameras[0]
    assert [frame.index for frame in rest] == list(range(25))
    assert not said


@pytest.mark.parametrize("fps", [2.0, 25.0])
def test_a_new_live_view_is_watched_before_it_is_tracked(fps: float) -> None:
    said: list[str] = []
    frames = _frames(made_scene(2), fps=fps, seconds=LIVE_SECONDS + 4)
    camera, rest = choose_live_camera(frames, made_model(), said.append)
    # The median holds no trace of what moves.
    assert np.abs(camera.background.astype(int) - made_scene(2)[::2, ::2]).max() <= 1
    left = [frame.time - 5.0 for frame in rest]
    assert LIVE_SECONDS * 0.97 < left[0] < LIVE_SECONDS + 1.1
    assert "another camera" in said[0]


def test_a_live_view_that_never_came_is_no_error() -> None:
    model = made_model()
    camera, rest = choose_live_camera(iter(()), model)
    assert camera is model.cameras[0]
    assert list(rest) == []


def test_difference_is_a_part_of_the_view() -> None:
    a = np.full((4, 5, 3), 100, dtype=np.uint8)
    b = a.copy()
    b[0] = 200
    assert difference(a, a) == 0
    assert difference(a, b) == 0.25
