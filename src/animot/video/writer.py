"""Writing video: H.264 in MP4, which every player and browser shows."""

from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import cast

import av
import cv2
import numpy as np
from av.codec import Codec
from av.codec.codec import UnknownCodecError
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream
from jaxtyping import UInt8

from animot.data.atomic import part_name
from animot.errors import InputError
from animot.video.planes import to_planes

CODECS = ("libx264", "libopenh264", "mpeg4")
"""Encoders in order of preference; mpeg4 is in every build of FFmpeg."""

Quality = Mapping[str, dict[str, str]]
"""Options for encoders, by their names."""

QUALITY: Quality = {"libx264": {"crf": "22", "preset": "ultrafast"}, "mpeg4": {"qscale": "3"}}
"""Encoding takes as long as tracking; half the time is worth twice the file."""

FOR_PAGES: Quality = {
    # For jumps: now and then a frame that needs no other, and none that needs a later one.
    "libx264": {"crf": "25", "preset": "ultrafast", "g": "50", "bf": "0"},
    "mpeg4": {"qscale": "5"},
}
"""Smaller files, in which jumping is fast."""

MAX_FPS_DENOMINATOR = 1001
"""Enough for the broadcast rates, such as 30000/1001."""

TICK = Fraction(1, 1000)
"""Seconds; of the time stamps of frames that come with a time. MPEG-4 has none below 1/65535."""

# An index for each second, in place of one at the end, which would have to be held in memory.
IN_PIECES = {
    "movflags": "frag_keyframe+delay_moov+default_base_moof",
    "frag_duration": "1000000",
    "flush_packets": "1",
}


class VideoWriter:
    """Writes frames of one size to an MP4 file that appears under its name once complete.

    A context manager: left without an error, the file is complete and replaces one of its name;
    left with an error, or without a frame, nothing of it stays. Frames of odd width or height get
    one more column or row, a copy of the last, as the pixel format needs even sizes.

    Parameters
    ----------
    path : of the file, ending in .mp4; its folder exists.
    fps : frames per second, above 0; 29.97002997 becomes 30000/1001.
    growing : for video without an end: the file has its name from the first frame, can be played
        while it grows, and stays when left with an error. Memory does not grow.
    quality : how to encode.
    """

    def __init__(
        self, path: Path, fps: float, *, growing: bool = False, quality: Quality = QUALITY
    ) -> None:
        self._path = path
        self._growing = growing
        self._quality = quality
        self._part = path if growing else part_name(path)
        self._fps = Fraction(fps).limit_denominator(MAX_FPS_DENOMINATOR)
        self._last_tick = -1
        self._container: OutputContainer | None = None
        self._size = (0, 0)

    def __enter__(self) -> "VideoWriter":
        return self

    def write(self, image: UInt8[np.ndarray, "H W 3"], time: float | None = None) -> None:
        """Add one frame.

        Parameters
        ----------
        image : red, green, blue in 0..255.
        time : seconds from the beginning, never decreasing; None: one frame period after the
            frame before it. Frames of one video have it all, or none.

        Raises
        ------
        InputError : where the file cannot be written.
        ValueError : where the frame has another size than the first one.
        """
        container = self._container or self._open(*image.shape[:2], timed=time is not None)
        if image.shape[:2] != self._size:
            raise ValueError(f"frame of size {image.shape[:2]} in a video of size {self._size}")
        height, width = self._size
        even: np.ndarray = cv2.copyMakeBorder(
            image, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE
        )
        picture = av.VideoFrame.from_ndarray(to_planes(even), format="yuv420p")
        if time is not None:
            # Two frames of one time would not be encoded.
            self._last_tick = max(self._last_tick + 1, round(time / TICK))
            picture.pts, picture.time_base = self._last_tick, TICK
        self._encode(container, picture)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._container is None:
            return
        try:
            if kind is None or self._growing:
                self._encode(self._container, None)
                self._container.close()
            if kind is None and not self._growing:
                self._part.replace(self._path)
        except OSError as error_at_end:
            raise self._failure(error_at_end) from error_at_end
        finally:
            self._discard(self._container)

    def _open(self, height: int, width: int, *, timed: bool) -> OutputContainer:
        codec = pick_codec()
        try:
            options = IN_PIECES if self._growing else {}
            container = av.open(f"file:{self._part}", "w", format="mp4", options=options)
            self._container = container
            stream = container.add_stream(
                codec, rate=self._fps, options=self._quality.get(codec, {})
            )
        except (OSError, FFmpegError) as error:
            raise self._failure(error) from error
        self._stream = cast(VideoStream, stream)
        self._stream.width = width + width % 2
        self._stream.height = height + height % 2
        self._stream.pix_fmt = "yuv420p"
        if timed:
            self._stream.codec_context.time_base = TICK
        self._size = (height, width)
        return container

    def _encode(self, container: OutputContainer, picture: av.VideoFrame | None) -> None:
        """Write a picture, or with None what the encoder still holds."""
        try:
            for packet in self._stream.encode(picture):
                container.mux(packet)
        except (OSError, FFmpegError) as error:
            raise self._failure(error) from error

    def _discard(self, container: OutputContainer) -> None:
        # Closing writes the index, which fails once more where the disk is full.
        with suppress(OSError, FFmpegError):
            container.close()
        if not self._growing:
            self._part.unlink(missing_ok=True)

    def _failure(self, error: Exception) -> InputError:
        reason = getattr(error, "strerror", None) or error
        return InputError(
            f"{self._path}: cannot be written ({reason}); make room or choose another folder"
        )


def pick_codec() -> str:
    """Name of the best H.264 or MPEG-4 encoder that this build of FFmpeg has.

    Raises
    ------
    InputError : where it has none.
    """
    for name in CODECS:
        try:
            Codec(name, "w")
        except UnknownCodecError:
            continue
        return name
    raise InputError(
        f"FFmpeg has none of the video encoders {', '.join(CODECS)}; install PyAV from PyPI"
    )
