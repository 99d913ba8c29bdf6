"""Streams over the loopback: a server that hands out other content to each connection."""

import io
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

import av
import numpy as np

PIECE = 4096


def transport_stream(frames: np.ndarray, fps: int = 25) -> bytes:
    """Frames as an MPEG transport stream in which every picture stands for itself."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mpegts") as output:
        stream = output.add_stream("mpeg2video", rate=fps, options={"g": "1", "b": "4000000"})
        stream.height, stream.width, stream.pix_fmt = *frames.shape[1:3], "yuv420p"
        for picture in [*(av.VideoFrame.from_ndarray(image) for image in frames), None]:
            output.mux(stream.encode(picture))
    return buffer.getvalue()


class StreamServer:
    """An HTTP server; a context manager.

    The n-th connection gets the n-th of `contents`, in pieces with pauses in between, so that it
    takes `seconds`; then it is closed, or with `hang` kept open in silence. Further connections
    are refused with 404. With `known_length`, the server says how long each content is.
    """

    def __init__(
        self,
        *contents: bytes,
        seconds: float = 1.0,
        hang: bool = False,
        known_length: bool = False,
    ) -> None:
        self.connections = 0
        self.end = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                number, outer.connections = outer.connections, outer.connections + 1
                if number >= len(contents):
                    self.send_error(404)
                    return
                content = contents[number]
                self.send_response(200)
                self.send_header("Content-Type", "video/mp2t")
                if known_length:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                pause = seconds * PIECE / len(content)
                for start in range(0, len(content), PIECE):
                    self.wfile.write(content[start : start + PIECE])
                    time.sleep(pause)
                if hang:
                    outer.end.wait(30.0)

            def handle(self) -> None:
                with suppress(OSError):  # the reader has gone
                    super().handle()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/camera.ts"

    def __enter__(self) -> "StreamServer":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end.set()
        self._server.shutdown()
        self._server.server_close()
