from pathlib import Path

import numpy as np
import pytest

from animot.errors import InputError
from animot.feeds import Feed, counted_on, open_feed
from animot.tracker import Frame
from made_tracking import made_frames, made_scene, write_images

IMAGE = np.zeros((4, 6, 3), dtype=np.uint8)


def _frames(*times: float) -> list[Frame]:
    return [Frame(index=7 + n, time=time, image=IMAGE) for n, time in enumerate(times)]


def test_frames_are_counted_on_from_an_index_and_a_time() -> None:
    counted = list(counted_on(iter(_frames(3.0, 3.5, 5.0)), 40, 2.25))
    assert [frame.index for frame in counted] == [40, 41, 42]
    assert [frame.time for frame in counted] == [2.25, 2.75, 4.25]
    assert list(counted_on(iter(()), 40, 2.25)) == []


def test_a_folder_is_a_recorded_feed_that_gives_every_frame(tmp_path: Path) -> None:
    said: list[str] = []
    folder = write_images(tmp_path / "video", made_frames(made_scene(1), 5))
    with open_feed(folder, 60.0, said.append) as feed:
        assert isinstance(feed, Feed)
        assert (feed.live, feed.fps, feed.losses()) == (False, 25.0, None)
        assert [frame.index for frame in feed.frames()] == list(range(5))
    assert not said


def test_a_source_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"), open_feed(tmp_path / "a", 60.0, print):
        pass
