"""A camera of this machine, through OpenCV."""

import time
from collections.abc import Iterator
from functools import partial

import cv2

from animot.video.picture import Picture
from animot.video.reader import DEFAULT_FPS, MAX_FPS


class WebcamConnection:
    """A `Connection` to a webcam. Its pictures are stamped with the time they come at.

    Parameters
    ----------
    number : of the camera, counted from 0.

    Raises
    ------
    ConnectionError : where there is no such camera, or another program uses it.
    """

    has_end = False

    def __init__(self, number: int) -> None:
        log = cv2.utils.logging
        level = log.setLogLevel(log.LOG_LEVEL_SILENT)  # what is wrong is said by us
        try:
            self._camera = cv2.VideoCapture(number)
        finally:
            log.setLogLevel(level)
        if not self._camera.isOpened():
            self._camera.release()
            raise ConnectionError("there is no such camera, or another program uses it")
        rate = float(self._camera.get(cv2.CAP_PROP_FPS))
        self.fps = rate if 0 < rate < MAX_FPS else DEFAULT_FPS

    def pictures(self) -> Iterator[Picture]:
        """Pictures as they come, see `Connection`."""
        while True:
            there, image = self._camera.read()
            if not there:
                raise ConnectionError("the camera gives no more pictures")
            yield Picture(
                stamp=time.monotonic(), image=partial(cv2.cvtColor, image, cv2.COLOR_BGR2RGB)
            )

    def close(self) -> None:
        """Let go of the camera."""
        self._camera.release()
