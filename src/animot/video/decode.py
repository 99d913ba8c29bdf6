"""From a file to decoded pictures: the one place that talks to FFmpeg's demuxer and decoder."""

from collections.abc import Iterator
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from animot.errors import InputError
from animot.video.damage import Damage

REFUSED_FORMATS = frozenset(
    # Lists of other files, on this machine or elsewhere; some wait for more for ever.
    {"concat", "dash", "hls", "rtp", "rtsp", "sap", "sdp", "webm_dash_manifest"}
    # Text, which FFmpeg would show as a terminal does.
    | {"adf", "bin", "idf", "tty", "xbin"}
)

CONTAINER_OPTIONS = {
    "format_whitelist": ",".join(sorted(av.formats_available - REFUSED_FORMATS)),
    "protocol_whitelist": "file",
}

# A damaged header must not make us allocate tens of gigabytes; 16384 x 8192 still passes.
DECODER_OPTIONS = {"max_pixels": str(2**27)}

MAX_ATTEMPTS = 100
"""Times that reading is tried again without a packet in between."""


def open_container(path: Path) -> InputContainer:
    """Open a media file of any kind.

    Raises
    ------
    InputError : where the file cannot be read or FFmpeg does not know what it is.
    """
    try:
        path.open("rb").close()
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read ({error.strerror}); check the path and its access rights"
        ) from error
    try:
        # Without "file:", a colon in the name would be taken for a protocol.
        return av.open(
            f"file:{path}", options=CONTAINER_OPTIONS | DECODER_OPTIONS, metadata_errors="replace"
        )
    except FFmpegError as error:
        raise InputError(
            f"{path}: not a video, or its header is damaged ({error.strerror}); "
            "check that a player shows it"
        ) from error


def video_stream(path: Path, container: InputContainer) -> VideoStream:
    """Choose the first video stream that is no cover picture.

    Raises
    ------
    InputError : where the file has none, such as a sound file, or FFmpeg has no decoder for it.
    """
    for stream in container.streams.video:
        if stream.disposition & Disposition.attached_pic:
            continue
        # PyAV's types do not say so, but the decoder may be missing.
        if getattr(stream, "codec_context", None) is None:
            raise InputError(f"{path}: its kind of video is unknown; save it as H.264")
        return stream
    raise InputError(f"{path}: has no video in it; check that a player shows it")


def decode(path: Path, damage: Damage) -> Iterator[tuple[av.VideoFrame, float | None]]:
    """Pictures of the file in the order of display, each with its time stamp in seconds or None.

    What does not decode is left out and reported to `damage`. The file is closed when the
    iterator ends.

    Raises
    ------
    InputError : where the file cannot be opened or has no video.
    """
    with open_container(path) as container:
        stream = video_stream(path, container)
        # With more threads, what is shown in place of damaged data depends on chance.
        stream.codec_context.thread_count = 1
        stream.codec_context.options = DECODER_OPTIONS
        for packet in _packets(container, stream, damage):
            try:
                pictures = stream.decode(packet)
            except FFmpegError:
                damage.damaged()
                continue
            for picture in pictures:
                if picture.is_corrupt:
                    damage.damaged()
                yield picture, stamp_of(picture, stream)
                damage.frame()


def stamp_of(picture: av.VideoFrame, stream: VideoStream) -> float | None:
    """Time stamp of a picture in seconds; None where it has none."""
    # Not picture.time, which is no number for the last pictures that the decoder gives out.
    if picture.pts is None or stream.time_base is None:
        return None
    return float(picture.pts * stream.time_base)


def _packets(
    container: InputContainer, stream: VideoStream, damage: Damage
) -> Iterator["av.Packet[VideoStream] | None"]:
    """Packets as far as the file can be read, then None, which asks the decoder for the rest."""
    attempts = MAX_ATTEMPTS
    while attempts > 0:
        try:
            for packet in container.demux(stream):
                # PyAV's own end mark would be lost after a read error, so ours replaces it.
                if packet.size > 0:
                    attempts = MAX_ATTEMPTS
                    yield packet
            break
        except BlockingIOError:
            # "Try again", which for a file means that it goes on after data that makes no sense.
            damage.damaged()
            attempts -= 1
        except FFmpegError:
            attempts = 0
    if attempts == 0:
        damage.broken_off()
    yield None
