from pathlib import Path

import av
import numpy as np
import pytest

from animot.data.mot import read_tracks, write_tracks
from animot.data.track_csv import read_csv, write_csv
from animot.errors import InputError
from animot.report.result_files import ResultFiles, open_folder
from animot.tracker import Frame
from animot.tracks import FrameTracks, stack

TIMES = [0.0, 0.1, 0.4, 0.45, 2.0]


def _frame(index: int) -> Frame:
    image = np.full((34, 46, 3), 40 * index, dtype=np.uint8)
    return Frame(index=index, time=TIMES[index], image=image)


def _objects(index: int) -> FrameTracks:
    N = index % 3  # none, one, two, none, one; the later identity first
    return FrameTracks(
        track_id=np.arange(N)[::-1] + 1,
        box=np.arange(4 * N).reshape(N, 4) * 1.2345 + 0.5,
        confidence=np.linspace(0.6, 0.9, N),
        layer=np.arange(N),
    )


@pytest.mark.parametrize("live", [True, False])
def test_frame_by_frame_gives_the_bytes_of_writing_at_once(tmp_path: Path, live: bool) -> None:
    frames = range(len(TIMES))
    tracks = stack([_objects(index) for index in frames], TIMES)
    write_tracks(tracks, tmp_path / "whole.txt")
    write_csv(tracks, tmp_path / "whole.csv")
    with ResultFiles(tmp_path, 10.0, video=False, live=live) as files:
        for index in frames:
            files.write(_frame(index), _objects(index))
    assert (tmp_path / "tracks.txt").read_bytes() == (tmp_path / "whole.txt").read_bytes()
    assert (tmp_path / "tracks.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert len(list(tmp_path.iterdir())) == 4


def test_live_files_are_valid_after_each_frame_and_stay(tmp_path: Path) -> None:
    with (  # noqa: PT012
        pytest.raises(ZeroDivisionError),
        ResultFiles(tmp_path, 10.0, video=True, live=True) as files,
    ):
        for index in range(len(TIMES)):
            files.write(_frame(index), _objects(index))
            count = sum(len(_objects(earlier)) for earlier in range(index + 1))
            assert len(read_tracks(tmp_path / "tracks.txt", index + 1)) == count
            assert len(read_csv(tmp_path / "tracks.csv", index + 1)) == count
        raise ZeroDivisionError
    assert len(read_tracks(tmp_path / "tracks.txt")) == 4
    with av.open(str(tmp_path / "annotated.mp4")) as video:
        stamps = [float(picture.pts * picture.time_base) for picture in video.decode(video=0)]
    assert stamps == pytest.approx(TIMES, abs=1e-3)


def test_other_files_appear_when_all_is_well_and_else_not_at_all(tmp_path: Path) -> None:
    with (  # noqa: PT012
        pytest.raises(ZeroDivisionError),
        ResultFiles(tmp_path, 10.0, video=True, live=False) as files,
    ):
        files.write(_frame(1), _objects(1))
        assert not (tmp_path / "tracks.txt").exists()
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())


def test_recorded_video_keeps_its_even_times(tmp_path: Path) -> None:
    with ResultFiles(tmp_path, 10.0, video=True, live=False) as files:
        for index in range(len(TIMES)):
            files.write(_frame(index), _objects(index))
    with av.open(str(tmp_path / "annotated.mp4")) as video:
        stamps = [float(picture.pts * picture.time_base) for picture in video.decode(video=0)]
    assert stamps == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4])


def test_a_file_that_cannot_be_made_leaves_none(tmp_path: Path) -> None:
    (tmp_path / "tracks.csv").mkdir()
    with pytest.raises(InputError, match=r"tracks.csv: cannot write it"):
        ResultFiles(tmp_path, 10.0, video=False, live=True)


def test_a_folder_that_is_not_empty_is_refused(tmp_path: Path) -> None:
    assert open_folder(tmp_path / "a" / "b", overwrite=False).is_dir()
    with pytest.raises(InputError, match="is not empty"):
        open_folder(tmp_path / "a", overwrite=False)
    assert open_folder(tmp_path / "a", overwrite=True) == tmp_path / "a"
