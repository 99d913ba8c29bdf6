import cv2
import numpy as np
import pytest

from animot.errors import InputError
from animot.tracker import Frame
from animot.video import live_reader
from animot.video.live import LiveSource
from animot.video.live_address import Webcam
from animot.video.picture import Connection
from animot.video.reader import DEFAULT_FPS
from animot.video.webcam import WebcamConnection


class FakeDevice:
    """What OpenCV would open: gives so many frames in blue, green, red, then none."""

    frames = 5
    rate = 15.0
    opened: list["FakeDevice"] = []  # noqa: RUF012

    def __init__(self, number: int) -> None:
        self.number, self.left, self.released = number, self.frames, False
        self.opened.append(self)

    def isOpened(self) -> bool:  # noqa: N802
        return self.number == 2

    def get(self, what: int) -> float:
        return self.rate if what == cv2.CAP_PROP_FPS else -1.0

    def read(self) -> tuple[bool, np.ndarray | None]:
        self.left -= 1
        blue = np.zeros((11, 17, 3), dtype=np.uint8)
        blue[..., 0] = 200
        return (True, blue) if self.left >= 0 else (False, None)

    def release(self) -> None:
        self.released = True


@pytest.fixture(autouse=True)
def _device(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeDevice.opened = []
    monkeypatch.setattr(cv2, "VideoCapture", FakeDevice)


def test_pictures_are_red_green_blue_and_stamped_as_they_come() -> None:
    camera = WebcamConnection(2)
    assert isinstance(camera, Connection)
    assert (camera.fps, camera.has_end) == (15.0, False)
    coming = camera.pictures()
    pictures = [next(coming) for _ in range(5)]
    with pytest.raises(ConnectionError, match="no more"):
        next(coming)
    assert pictures[0].image()[3, 4].tolist() == [0, 0, 200]
    stamps = [picture.stamp for picture in pictures]
    assert stamps == sorted(stamps)
    camera.close()
    assert FakeDevice.opened[0].released


def test_a_rate_that_is_none_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeDevice, "rate", 0.0)
    assert WebcamConnection(2).fps == DEFAULT_FPS


def test_a_webcam_that_is_not_there_is_one_line() -> None:
    with pytest.raises(InputError, match="webcam 1: there is no such camera"):
        LiveSource(Webcam(number=1)).__enter__()
    assert FakeDevice.opened[0].released


def test_a_webcam_that_comes_back_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_reader, "FIRST_WAIT", 0.02)
    said: list[str] = []
    frames: list[Frame] = []
    with LiveSource(Webcam(number=2), say=said.append) as source:
        frames.extend(source.frames(lambda: len(frames) == 12))
    assert [frame.index for frame in frames] == list(range(12))
    assert len(FakeDevice.opened) >= 3
    assert "webcam 2: the connection is lost" in said[0]
    assert "webcam 2: the connection is back" in said[1]
