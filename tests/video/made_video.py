"""Small videos made on the spot."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.stream import Disposition


def noise(num_frames: int, height: int, width: int, seed: int = 0) -> np.ndarray:
    """Frames that no two positions or frames share."""
    shape = (num_frames, height, width, 3)
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def scene(num_frames: int, height: int, width: int) -> np.ndarray:
    """A bright square that moves over a dark slope: compresses well, and tells the frame."""
    frames = np.empty((num_frames, height, width, 3), dtype=np.uint8)
    frames[:] = np.linspace(20, 90, width, dtype=np.uint8)[None, None, :, None]
    for index, frame in enumerate(frames):
        left = 3 * index % (width - 8)
        frame[8:16, left : left + 8] = (230, 200, 180)
    return frames


def make_video(
    path: Path,
    frames: np.ndarray,
    codec: str = "ffv1",
    pixel_format: str = "bgr0",
    pts: Sequence[int] | None = None,
    rotation: int = 0,
    fps: int = 25,
    header_first: bool = False,
    hidden: int = 0,
    **options: str,
) -> Path:
    """Write frames as a video; with ffv1 and bgr0, without any loss.

    `pts` are time stamps in milliseconds; `rotation` is in degrees, counter-clockwise; `hidden`
    frames at the beginning of an MP4 are stored, but not to be shown.
    """
    with av.open(str(path), "w") as output:
        if header_first and path.suffix == ".mp4":
            output.options["movflags"] = "faststart"
        if hidden:
            output.options["avoid_negative_ts"] = "disabled"
        stream = output.add_stream(codec, rate=fps, options=options)
        stream.height, stream.width = frames.shape[1:3]
        stream.pix_fmt = pixel_format
        if rotation:
            stream.set_display_rotation(rotation)
        if pts is not None:
            stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
        pictures = [av.VideoFrame.from_ndarray(image, format="rgb24") for image in frames]
        for picture, stamp in zip(pictures, pts or (), strict=pts is not None):
            picture.pts, picture.time_base = stamp, stream.time_base
        for picture in [*pictures, None]:
            for packet in stream.encode(picture):
                if hidden:
                    shift = round(hidden / fps / packet.time_base)
                    packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
                output.mux(packet)
    return path


def make_empty_video(path: Path) -> Path:
    """Write a video that announces a stream and has no frame."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("mpeg4", rate=25)
        stream.height, stream.width, stream.pix_fmt = 32, 48, "yuv420p"
        output.start_encoding()
    return path


def make_sound(
    path: Path, seconds: int, frames: np.ndarray | None = None, cover: np.ndarray | None = None
) -> Path:
    """Write silence, beside a lossless video if frames are given, or a cover picture."""
    with av.open(str(path), "w") as output:
        codec = "pcm_s16le" if path.suffix in {".wav", ".mkv"} else "aac"
        sound = output.add_stream(codec, rate=8000, layout="mono")
        video = None
        if frames is not None:
            video = output.add_stream("ffv1", rate=25)
            video.height, video.width, video.pix_fmt = *frames.shape[1:3], "bgr0"
        if cover is not None:
            frames = cover[None]
            video = output.add_stream("mjpeg", rate=25)
            video.height, video.width, video.pix_fmt = *cover.shape[:2], "yuvj420p"
            video.disposition = Disposition.attached_pic
        for image in frames if frames is not None else ():
            output.mux(video.encode(av.VideoFrame.from_ndarray(image)))
        for _ in range(seconds):
            silence = np.zeros((1, 8000), dtype=np.int16)
            second = av.AudioFrame.from_ndarray(silence, format="s16", layout="mono")
            second.sample_rate = 8000
            output.mux(sound.encode(second))
        for stream in (video, sound):
            if stream is not None:
                output.mux(stream.encode(None))
    return path
