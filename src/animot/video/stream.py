"""A stream from the network, through FFmpeg."""

from collections.abc import Iterator
from functools import partial

import av
from av.error import FFmpegError

from animot.video.decode import DECODER_OPTIONS, REFUSED_FORMATS, stamp_of
from animot.video.picture import Picture
from animot.video.pixels import RgbConverter
from animot.video.reader import frame_rate

CONNECT_SECONDS = 10.0
"""A server that has not answered with a stream by then is not there."""

READ_SECONDS = 10.0
"""A connection that has delivered nothing for so long is broken."""

BAD_PACKETS = 100
"""So many packets in a row that do not decode are no accident."""

LIVE_FORMATS = frozenset({"dash", "hls", "rtp", "rtsp", "sdp"})

OPTIONS = {
    # No "file": what comes from the network must not make us read this machine's files.
    "protocol_whitelist": "crypto,http,httpproxy,https,rtmp,rtp,rtsp,srtp,tcp,tls,udp",
    "format_whitelist": ",".join(sorted(av.formats_available - (REFUSED_FORMATS - LIVE_FORMATS))),
    # Over UDP, cameras lose packets; where they offer TCP, it is taken.
    "rtsp_flags": "prefer_tcp",
    # A datagram that comes while the buffer is full is lost; the stream goes on.
    "overrun_nonfatal": "1",
}


class StreamConnection:
    """A `Connection` to a URL.

    Parameters
    ----------
    url : of any kind in `animot.video.live_address.SCHEMES`.

    Raises
    ------
    ConnectionError : where there is no video within `CONNECT_SECONDS`, saying why.
    """

    def __init__(self, url: str) -> None:
        try:
            self._container = av.open(
                url,
                options=OPTIONS | DECODER_OPTIONS,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                metadata_errors="replace",
            )
        except FFmpegError as error:
            raise ConnectionError(_reason(error)) from error
        streams = self._container.streams.video
        if not streams or getattr(streams[0], "codec_context", None) is None:
            self._container.close()
            raise ConnectionError("there is no video in it that can be decoded")
        self._stream = streams[0]
        self._stream.codec_context.options = DECODER_OPTIONS
        self._to_rgb = RgbConverter()
        self.fps = frame_rate(self._stream)
        # A server says the length of a recording; for a camera there is nothing to say.
        length = self._stream.duration or self._container.duration or self._container.size
        self.has_end = length > 0

    def pictures(self) -> Iterator[Picture]:
        """Pictures as they come, see `Connection`."""
        bad = 0
        try:
            for packet in self._container.demux(self._stream):
                try:
                    decoded = self._stream.decode(packet)
                except FFmpegError:
                    bad += 1
                    if bad == BAD_PACKETS:
                        raise
                    continue
                bad = 0
                for picture in decoded:
                    yield Picture(
                        stamp=stamp_of(picture, self._stream),
                        image=partial(self._to_rgb, picture),
                    )
        except FFmpegError as error:
            raise ConnectionError(_reason(error)) from error

    def close(self) -> None:
        """Let go of it."""
        self._container.close()


def _reason(error: FFmpegError) -> str:
    # FFmpeg calls it an "immediate exit" when our time is up.
    if isinstance(error, av.error.ExitError):
        return "nothing came in time"
    return " ".join((error.strerror or str(error)).split())
