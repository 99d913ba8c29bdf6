from pathlib import Path

import av
import numpy as np
import pytest

from animot.report import recording
from animot.report.recording import Recorder, film_size
from animot.tracker import Frame
from animot.tracks import FrameTracks

TIMES = [3.0, 3.1, 3.1, 3.4567, 5.0]


def _frame(index: int, size: tuple[int, int] = (35, 47)) -> Frame:
    image = np.full((*size, 3), 40 * index + 20, dtype=np.uint8)
    return Frame(index=index + 70, time=TIMES[index], image=image)


def _objects(count: int) -> FrameTracks:
    return FrameTracks(
        track_id=np.arange(count) + 1, box=np.ones((count, 4)), confidence=np.ones(count)
    )


def _record(folder: Path, counts: list[int], fps: float = 10.0) -> Recorder:
    with Recorder(folder, fps) as recorder:
        for index, count in enumerate(counts):
            recorder.write(_frame(index), _objects(count))
    return recorder


def test_the_film_has_the_times_of_the_recording(tmp_path: Path) -> None:
    recorder = _record(tmp_path, [0, 1, 2, 0, 1])
    found = recorder.recording
    assert found is not None
    # Two frames of one time are a millisecond apart.
    assert found.seconds.tolist() == pytest.approx([0.0, 0.1, 0.101, 0.457, 2.0])
    assert (found.first_frame, found.first_second, found.whole) == (70, 3.0, True)
    assert (found.size, found.fps) == ((35, 47), 10.0)
    assert found.tracks.frame.tolist() == [1, 2, 2, 4]
    assert found.tracks.num_frames == 5
    with av.open(str(recorder.film)) as film:
        pictures = list(film.decode(video=0))
    stamps = [float(picture.pts * picture.time_base) for picture in pictures]
    assert stamps == pytest.approx(found.seconds.tolist(), abs=1e-6)
    shades = [picture.to_ndarray(format="rgb24").mean() for picture in pictures]
    assert shades == pytest.approx([20, 60, 100, 140, 180], abs=4)


def test_an_error_on_the_way_leaves_no_film(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), Recorder(tmp_path, 10.0) as recorder:  # noqa: PT012
        recorder.write(_frame(0), _objects(0))
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())


def test_without_a_frame_there_is_no_recording(tmp_path: Path) -> None:
    assert _record(tmp_path, []).recording is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("name", "most"), [("MOST_FRAMES", 3), ("MOST_BOXES", 4)])
def test_a_recording_is_bounded_and_has_no_hole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, most: int
) -> None:
    monkeypatch.setattr(recording, name, most)
    found = _record(tmp_path, [1, 1, 2, 1, 0]).recording
    assert found is not None
    assert (len(found.seconds), len(found.tracks), found.whole) == (3, 4, False)


@pytest.mark.parametrize(
    ("frame", "film"),
    [
        ((35, 47), (36, 48)),
        ((576, 768), (480, 640)),
        ((1080, 1920), (360, 640)),
        ((1920, 1080), (640, 360)),
        ((1, 9000), (2, 640)),
    ],
)
def test_a_film_is_small_and_even(frame: tuple[int, int], film: tuple[int, int]) -> None:
    assert film_size(*frame) == film


def test_a_large_frame_is_shrunk_as_a_whole(tmp_path: Path) -> None:
    image = np.zeros((300, 1300, 3), dtype=np.uint8)
    image[:, 650:] = 200
    with Recorder(tmp_path, 10.0) as recorder:
        recorder.write(Frame(index=0, time=0.0, image=image), _objects(0))
    with av.open(str(recorder.film)) as film:
        shown = next(film.decode(video=0)).to_ndarray(format="rgb24")
    assert shown.shape == (148, 640, 3)
    assert shown[:, :310].mean() == pytest.approx(0, abs=3)
    assert shown[:, 330:].mean() == pytest.approx(200, abs=3)
