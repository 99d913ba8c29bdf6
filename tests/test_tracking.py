from dataclasses import replace
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from animot.data.mot import read_tracks
from animot.data.sequence import open_sequence
from animot.data.track_csv import read_csv
from animot.errors import InputError
from animot.report.mask_images import identity_image
from animot.report.recording import FILM
from animot.saved import Camera, Model
from animot.tracker import Frame
from animot.tracking import track
from animot.tracks import FrameTracks
from animot.video.background.temporal_median import background
from animot.video.pixels import resize
from made_tracking import made_frames, made_model, made_scene, write_images, write_video


def _video(path: Path, scene: np.ndarray) -> Path:
    return write_video(path, made_frames(scene))


@pytest.fixture
def model() -> Model:
    return made_model()


def test_results_are_written_and_agree(tmp_path: Path, model: Model) -> None:
    video = _video(tmp_path / "a.mp4", made_scene(1))
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
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "annotated.mp4",
        "report.html",
        "tracks.csv",
        "tracks.txt",
    ]


def test_masks_are_written_and_given(tmp_path: Path, model: Model) -> None:
    video = _video(tmp_path / "a.mp4", made_scene(1))
    expected: list[np.ndarray] = []

    def look(_: Frame, objects: FrameTracks) -> None:
        assert objects.mask is not None
        assert objects.mask.shape == (len(objects), 32, 48)
        expected.append(identity_image(objects, (64, 96)))

    track(video, model, tmp_path / "out", video=False, masks=True, on_frame=look)
    files = sorted((tmp_path / "out" / "masks").iterdir())
    assert [file.name for file in files] == [f"{n:06d}.png" for n in range(1, 25)]
    for file, image in zip(files, expected, strict=True):
        np.testing.assert_array_equal(cv2.imread(str(file), cv2.IMREAD_UNCHANGED), image)


def test_masks_are_for_recordings_of_models_that_have_them(tmp_path: Path, model: Model) -> None:
    with pytest.raises(InputError, match="would fill the disk; leave --masks out"):
        track("udp://127.0.0.1:9", model, tmp_path / "out", masks=True)
    with pytest.raises(InputError, match="no masks; leave --masks out"):
        track(tmp_path / "a.mp4", "crowd-student-plain", tmp_path / "out", masks=True)
    assert not (tmp_path / "out").exists()


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, model: Model) -> None:
    video = _video(tmp_path / "a.mp4", made_scene(1))
    for out in ("x", "y"):
        track(video, model, tmp_path / out, video=False)
    for name in ("tracks.txt", "tracks.csv", "report.html"):
        assert (tmp_path / "x" / name).read_bytes() == (tmp_path / "y" / name).read_bytes()
    assert not (tmp_path / "x" / "annotated.mp4").exists()


def test_the_page_tells_of_the_video_the_scene_and_the_learning(
    tmp_path: Path, model: Model
) -> None:
    video = _video(tmp_path / "a & b.mp4", made_scene(1))
    said: list[str] = []
    track(video, replace(model, facts={"seed": 7}), tmp_path / "out", say=said.append)
    page = (tmp_path / "out" / "report.html").read_text()
    for told in ("<h1>a &amp; b.mp4</h1>", "The empty scene", "<dd>7</dd>", "Track 3, from 0:00.0"):
        assert told in page
    assert said[-1] == f"open {tmp_path / 'out' / 'report.html'} in a browser"


def test_a_page_that_is_not_wanted_is_not_written(tmp_path: Path, model: Model) -> None:
    video = _video(tmp_path / "a.mp4", made_scene(1))
    track(video, model, tmp_path / "out", video=False, page=False)
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "tracks.csv",
        "tracks.txt",
    ]


def test_a_page_of_a_second_part_counts_on(tmp_path: Path, model: Model) -> None:
    video = _video(tmp_path / "a.mp4", made_scene(1))
    state = tmp_path / "state"
    track(video, model, save_state=state)
    track(video, model, tmp_path / "out", load_state=state)
    page = (tmp_path / "out" / "report.html").read_text()
    assert '"firstFrame": 24, "firstSecond": 2.4,' in page
    assert "Track 3, from 0:02.4 to 0:04.7" in page


def test_a_folder_that_is_not_empty_is_refused_untouched(tmp_path: Path, model: Model) -> None:
    video = _video(tmp_path / "a.mp4", made_scene(1))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "tracks.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        track(video, model, tmp_path / "out")
    assert (tmp_path / "out" / "tracks.txt").read_text() == "mine"
    track(video, model, tmp_path / "out", video=False, overwrite=True)
    assert (tmp_path / "out" / "tracks.txt").read_text() != "mine"


def test_overwriting_leaves_no_results_of_other_tracks(tmp_path: Path, model: Model) -> None:
    out, video = tmp_path / "out", _video(tmp_path / "a.mp4", made_scene(1))
    track(video, model, out, masks=True)
    whole = {path.name for path in out.iterdir()}
    assert whole == {"tracks.txt", "tracks.csv", "annotated.mp4", "report.html", "masks"}
    (out / "notes.txt").write_text("mine")
    (out / FILM).write_text("of a larger page")
    track(video, model, out, video=False, page=False, overwrite=True)
    assert {path.name for path in out.iterdir()} == {"tracks.txt", "tracks.csv", "notes.txt"}
    track(video, model, out, masks=True, overwrite=True)
    assert {path.name for path in out.iterdir()} == whole | {"notes.txt"}


def test_a_failure_on_the_way_leaves_no_half_written_file(tmp_path: Path, model: Model) -> None:
    video = _video(tmp_path / "a.mp4", made_scene(1))

    def fail(*_: object) -> None:
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        track(video, model, tmp_path / "out", on_frame=fail)
    assert not list((tmp_path / "out").iterdir())


def test_nothing_found_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    video = _video(tmp_path / "a.mp4", made_scene(1))
    tracks = track(video, made_model(bias=-9.0), say=said.append)
    assert (len(tracks), tracks.num_frames) == (0, 24)
    assert "nothing was found in 24 frames" in said[-1]


def test_two_parts_give_the_tracks_of_the_whole_bit_for_bit(tmp_path: Path) -> None:
    frames = made_frames(made_scene(1))
    whole_video = write_images(tmp_path / "whole video", frames)
    parts = [
        write_images(tmp_path / "a", frames[:11]),
        write_images(tmp_path / "b", frames[11:]),
    ]
    # A bias at which confidences lie on both sides of 1/2, so that identities come and go.
    model = made_model(seed=4, bias=0.0)
    whole = track(whole_video, model, tmp_path / "whole")
    first = track(parts[0], model, tmp_path / "1", save_state=tmp_path / "state")
    second = track(parts[1], model, tmp_path / "2", load_state=tmp_path / "state")
    assert (first.num_frames, second.num_frames) == (11, 24)
    assert second.frame.min() >= 11
    for column in ("frame", "track_id", "box", "confidence", "layer"):
        joined = np.concatenate([getattr(first, column), getattr(second, column)])
        assert np.array_equal(joined, getattr(whole, column)), column
    assert second.time is not None
    assert whole.time is not None
    assert np.isnan(second.time[:11]).all()
    np.testing.assert_allclose(second.time[11:], whole.time[11:], atol=1e-9)
    text = [(tmp_path / part / "tracks.txt").read_text() for part in ("1", "2", "whole")]
    assert text[0] + text[1] == text[2]


def test_parts_of_a_real_clip_give_the_tracks_of_the_whole(
    tmp_path: Path, shared_data: Path
) -> None:
    sequence = open_sequence(shared_data / "videos" / "car-detection.mp4")
    frames = [resize(frame.image, (96, 128)) for frame in islice(sequence.frames(), 30)]
    model = made_model(seed=4, bias=0.0)
    for name, part in {"whole": frames, "a": frames[:13], "b": frames[13:]}.items():
        write_images(tmp_path / name, np.stack(part))
    state = tmp_path / "state"
    known = background(open_sequence(tmp_path / "whole"), (32, 48))
    model = replace(model, cameras=[Camera(background=known)])
    whole = track(tmp_path / "whole", model)
    first = track(tmp_path / "a", model, save_state=state)
    second = track(tmp_path / "b", model, load_state=state, save_state=state)
    assert len(whole) == len(first) + len(second) > 0
    for column in ("frame", "track_id", "box"):
        joined = np.concatenate([getattr(first, column), getattr(second, column)])
        assert np.array_equal(joined, getattr(whole, column)), column
