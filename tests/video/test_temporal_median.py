from pathlib import Path

import cv2
import numpy as np
import pytest
from made_video import make_video, noise, scene

from animot.data.sequence import Sequence, open_sequence
from animot.video.background.temporal_median import background, sample_frames, temporal_median
from animot.video.damage import Announcement
from animot.video.reader import VideoFile


@pytest.mark.parametrize("num_frames", [1, 2, 7, 10])
def test_median_of_every_pixel_and_channel(num_frames: int) -> None:
    frames = noise(num_frames, height=5, width=3)
    expected = np.sort(frames, axis=0)[(num_frames - 1) // 2]
    np.testing.assert_array_equal(temporal_median(frames), expected)


def test_what_moves_leaves_no_trace(tmp_path: Path) -> None:
    frames = scene(41, height=31, width=45)
    sequence = open_sequence(make_video(tmp_path / "v.mkv", frames))
    np.testing.assert_array_equal(background(sequence, (31, 45)), frames[0, 0][None].repeat(31, 0))


def announcing(sequence: Sequence, frames: int | None) -> Sequence:
    """The sequence with another number of frames in its header."""
    source = sequence.source
    assert isinstance(source, VideoFile)
    announced = Announcement(frames=frames, seconds=None)
    source = VideoFile(
        path=source.path,
        width=source.width,
        height=source.height,
        fps=source.fps,
        announced=announced,
    )
    return Sequence(name=sequence.name, path=sequence.path, source=source)


@pytest.mark.parametrize("announced", [None, 1, 11, 59])
@pytest.mark.parametrize(("most", "stride"), [(60, 1), (58, 2), (16, 4), (2, 32)])
def test_sample_is_spread_evenly_whatever_the_header_says(
    tmp_path: Path, announced: int | None, most: int, stride: int
) -> None:
    frames = noise(59, height=5, width=3)
    sequence = announcing(open_sequence(make_video(tmp_path / "v.mkv", frames)), announced)
    np.testing.assert_array_equal(sample_frames(sequence, (5, 3), most), frames[::stride])


@pytest.mark.filterwarnings("ignore:.*breaks off")
def test_header_that_announces_far_too_many_frames(tmp_path: Path) -> None:
    frames = noise(59, height=5, width=3)
    sequence = announcing(open_sequence(make_video(tmp_path / "v.mkv", frames)), 10**6)
    np.testing.assert_array_equal(sample_frames(sequence, (5, 3), 16), frames[::4])


def test_sample_has_the_working_size(tmp_path: Path) -> None:
    frames = noise(3, height=26, width=45)
    sequence = open_sequence(make_video(tmp_path / "v.mkv", frames))
    blocks = sample_frames(sequence, (13, 9))
    means = frames.reshape(3, 13, 2, 9, 5, 3).mean(axis=(2, 4))
    assert np.abs(blocks - means).max() <= 0.5
    larger = sample_frames(sequence, (52, 90))
    np.testing.assert_array_equal(larger[0], cv2.resize(frames[0], (90, 52)))


def test_real_background_differs_from_a_frame_where_people_are(shared_data: Path) -> None:
    folder = shared_data / "pets09-s2l1"
    sequence = open_sequence(folder / "vtest.avi")
    empty = background(sequence, (288, 384), max_frames=20).astype(int)
    (frame,) = sequence.frames(wanted=lambda index: index == 300)
    difference = np.abs(cv2.resize(frame.image, (384, 288)) - empty).mean(axis=2)
    truth = np.loadtxt(folder / "gt" / "gt_000001-000530.txt", delimiter=",")
    people = np.zeros((288, 384), dtype=bool)
    for left, top, width, height in truth[truth[:, 0] == 301, 2:6] / 2:
        people[int(top) : int(top + height), int(left) : int(left + width)] = True
    assert 0.005 < people.mean() < 0.1
    assert difference[people].mean() > 5 * difference[~people].mean()
