"""Video files as sequences of frames."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream
from jaxtyping import UInt8

from animot.errors import InputError
from animot.tracker import Frame
from animot.video.clock import FrameClock
from animot.video.damage import Announcement, Damage
from animot.video.decode import decode, open_container, video_stream
from animot.video.pixels import RgbConverter, resize

DEFAULT_FPS = 25.0
"""Frames per second of a sequence that does not say."""

MAX_FPS = 1000.0
"""Rates from here up are the tick of a container that does not know its frame rate."""


@dataclass(frozen=True, kw_only=True)
class VideoFile:
    """A video file whose first frame is known to decode.

    Attributes
    ----------
    path : of the file.
    width, height : in pixels, as shown, that is after the rotation that the file asks for.
    fps : average frames per second; `DEFAULT_FPS` where the file does not say.
    announced : length of the video according to its header.
    """

    path: Path
    width: int
    height: int
    fps: float
    announced: Announcement

    @property
    def num_frames(self) -> int | None:
        """Frames to expect, according to the header; None where it does not say."""
        if self.announced.frames is None and self.announced.seconds is not None:
            return round(self.announced.seconds * self.fps)
        return self.announced.frames

    @property
    def files(self) -> list[Path]:
        """The files that the frames come from."""
        return [self.path]

    def frames(self, wanted: Callable[[int], bool]) -> Iterator[Frame]:
        """Decode the file from its beginning and give the frames whose index is wanted.

        Interlaced frames come woven, alpha is dropped and more than 8 bits are cut to 8. A frame
        of another size than the first is resized to it. Frames that do not decode are left out.
        At the end, one InputWarning says what was damaged or missing.
        """
        damage = Damage(self.path)
        clock = FrameClock(self.fps)
        to_rgb = RgbConverter()
        count, time = 0, 0.0
        for picture, stamp in decode(self.path, damage):
            time = clock(stamp)
            if wanted(count):
                image = _convert(self.path, picture, to_rgb)
                if image.shape[:2] != (self.height, self.width):
                    damage.resized()
                    image = resize(image, (self.height, self.width))
                yield Frame(index=count, time=time, image=image)
            count += 1
        damage.warn(breaks_off=self.announced.exceeds(count, time, self.fps))


def open_video(path: Path) -> VideoFile:
    """Open a video file and decode its first frame.

    Raises
    ------
    InputError : where the file is missing, unreadable or no video, or no frame of it decodes.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file; check the path")
    if not path.is_file():
        raise InputError(f"{path}: is not a file; give a video file or a folder of images")
    if path.stat().st_size == 0:
        raise InputError(f"{path}: the file is empty; record or copy it again")
    with open_container(path) as container:
        stream = video_stream(path, container)
        fps = frame_rate(stream)
        announced = _announcement(container, stream)
    for picture, _ in decode(path, Damage(path)):
        height, width, _ = _convert(path, picture, RgbConverter()).shape
        return VideoFile(path=path, width=width, height=height, fps=fps, announced=announced)
    raise InputError(f"{path}: no frame of it can be decoded; record or copy it again")


def _convert(
    path: Path, picture: av.VideoFrame, to_rgb: RgbConverter
) -> UInt8[np.ndarray, "H W 3"]:
    try:
        return to_rgb(picture)
    except (FFmpegError, ValueError) as error:
        raise InputError(
            f"{path}: its pixel format {picture.format.name} cannot be converted; "
            "save it as ordinary 8-bit video"
        ) from error


def frame_rate(stream: VideoStream) -> float:
    """Frames per second on average; `DEFAULT_FPS` where the stream does not say."""
    for rate in (stream.average_rate, stream.guessed_rate):
        if rate and 0 < rate < MAX_FPS:
            return float(rate)
    return DEFAULT_FPS


def _announcement(container: InputContainer, stream: VideoStream) -> Announcement:
    seconds = None
    if stream.duration is not None and stream.time_base is not None:
        seconds = float(stream.duration * stream.time_base)
    # The container's duration is that of its longest stream, which need not be ours. Matroska
    # counts it from 0 even where the first frame is later.
    elif container.duration is not None and len(container.streams) == 1:
        seconds = (container.duration - max(container.start_time or 0, 0)) / av.time_base
    return Announcement(
        frames=stream.frames if stream.frames > 0 else None,
        seconds=seconds if seconds is not None and seconds > 0 else None,
    )
