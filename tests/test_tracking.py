from pathlib import Path

import numpy as np
import pytest
import torch

from animot.data.mot import read_tracks
from animot.data.track_csv import read_csv
from animot.errors import InputError
from animot.saved import Camera, Model
from animot.tba.config import TBAConfig
from animot.tba.model import TBA
from animot.tba.presets import fast
from animot.tracking import choose_camera, difference, summary, track
from animot.tracks import Tracks
from animot.video.writer import VideoWriter

CONFIG: TBAConfig = fast(
    frame_size=(32, 48), frame_channels=3, patch_size=(7, 5), num_trackers=3, scale_range=(0.4, 0.4)
)


def _scene(seed: int, height: int = 64, width: int = 96) -> np.ndarray:
    coarse = np.random.default_rng(seed).integers(40, 200, (height // 8, width // 8, 3))
    return np.kron(coarse, np.ones((8, 8, 1))).astype(np.uint8)


def _video(path: Path, scene: np.ndarray) -> Path:
    with VideoWriter(path, 10.0) as writer:
        for t in range(24):
            frame = scene.copy()
            frame[20:34, 3 * t : 3 * t + 10] = (250, 20, 30)
            writer.write(frame)
    return path


@pytest.fixture
def model() -> Model:
    """An untrained model whose trackers are all on, and the camera of scene 1."""
    torch.manual_seed(0)
    network = TBA(CONFIG)
    with torch.no_grad():
        network.rat.output.placement_layer.bias[0] = 9.0
    background = _scene(1)[::2, ::2].copy()
    return Model(network=network, cameras=[Camera(background=background)], facts={})


def test_results_are_written_and_agree(tmp_path: Path, model: Model) -> None:
    video = _video(tmp_path / "a.mp4", _scene(1))
    seen: list[int] = []
    tracks = track(
        video, model, tmp_path / "out", on_frame=lambda _, objects: seen.append(len(objects))
    )
    assert tracks.num_frames == len(seen) == 24
    assert len(tracks) == sum(seen) > 0
    assert tracks.layer is not None
    text = read_tracks(tmp_path / "out" / "tracks.txt", num_frames=24)
    table = read_csv(tmp_path / "out" / "tracks.csv", num_frames=24)
    for written in (text, table):
        assert np.array_equal(written.frame, tracks.frame)
        assert np.array_equal(written.track_id, tracks.track_id)
        np.testing.assert_allclose(written.box, tracks.box, atol=0.02)
    assert table.time is not None
    np.testing.assert_allclose(table.time[:3], [0.0, 0.1, 0.2], atol=1e-6)
    assert (tmp_path / "out" / "annotated.mp4").stat().st_size > 0


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, model: Model) -> None:
    video = _video(tmp_path / "a.mp4", _scene(1))
    for out in ("x", "y"):
        track(video, model, tmp_path / out, video=False)
    for name in ("tracks.txt", "tracks.csv"):
        assert (tmp_path / "x" / name).read_bytes() == (tmp_path / "y" / name).read_bytes()
    assert not (tmp_path / "x" / "annotated.mp4").exists()


def test_a_folder_that_is_not_empty_is_refused_untouched(tmp_path: Path, model: Model) -> None:
    video = _video(tmp_path / "a.mp4", _scene(1))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "tracks.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        track(video, model, tmp_path / "out")
    assert (tmp_path / "out" / "tracks.txt").read_text() == "mine"
    track(video, model, tmp_path / "out", video=False, overwrite=True)
    assert (tmp_path / "out" / "tracks.txt").read_text() != "mine"


def test_a_failure_on_the_way_leaves_no_half_written_file(tmp_path: Path, model: Model) -> None:
    video = _video(tmp_path / "a.mp4", _scene(1))

    def fail(*_: object) -> None:
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        track(video, model, tmp_path / "out", on_frame=fail)
    assert not list((tmp_path / "out").iterdir())


def test_the_known_camera_is_recognised(tmp_path: Path, model: Model) -> None:
    from animot.data.sequence import open_sequence

    said: list[str] = []
    known = open_sequence(_video(tmp_path / "known.mp4", _scene(1)))
    assert choose_camera(known, model, said.append) is model.cameras[0]
    assert not said


def test_another_camera_is_said_and_gets_its_own_background(tmp_path: Path, model: Model) -> None:
    from animot.data.sequence import open_sequence

    said: list[str] = []
    other = open_sequence(_video(tmp_path / "other.mp4", _scene(2)))
    camera = choose_camera(other, model, said.append)
    assert camera is not model.cameras[0]
    assert difference(camera.background, _scene(2)[::2, ::2]) < 0.2
    assert "other: another camera" in said[0]


def test_difference_is_a_part_of_the_view() -> None:
    a = np.full((4, 5, 3), 100, dtype=np.uint8)
    b = a.copy()
    b[0] = 200
    assert difference(a, a) == 0
    assert difference(a, b) == 0.25


def test_nothing_found_is_said() -> None:
    nothing = Tracks(
        frame=np.zeros(0, dtype=np.int64),
        track_id=np.zeros(0, dtype=np.int64),
        box=np.zeros((0, 4)),
        confidence=np.zeros(0),
        num_frames=7,
    )
    assert "nothing was found in 7 frames" in summary(nothing)
    assert "animot learn" in summary(nothing)
