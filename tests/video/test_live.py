"""Live sources over the loopback: HTTP, UDP and RTSP as cameras have them."""

import multiprocessing
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from made_video import scene

from animot.errors import InputError, InputWarning
from animot.tracker import Frame
from animot.video import live, live_reader, stream
from animot.video.live import LiveSource
from animot.video.live_address import live_address
from stream_server import StreamServer, transport_stream

FRAMES = scene(40, height=64, width=96)
CONTENT = transport_stream(FRAMES)


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_reader, "FIRST_WAIT", 0.05)
    monkeypatch.setattr(live_reader, "LONGEST_WAIT", 0.2)


def _source(url: str, patience: float = 5.0, said: list[str] | None = None) -> LiveSource:
    address = live_address(url)
    assert address is not None
    return LiveSource(address, patience=patience, say=None if said is None else said.append)


def _watch(
    source: LiveSource, enough: Callable[[list[Frame]], bool] = lambda frames: len(frames) >= 20
) -> list[Frame]:
    """Frames until there are enough of them."""
    frames: list[Frame] = []
    with source:
        frames.extend(source.frames(lambda: enough(frames)))
    assert enough(frames)
    return frames


def test_frames_come_in_order_with_their_times_and_pixels() -> None:
    with StreamServer(CONTENT) as server:
        frames = _watch(_source(server.url))
    assert [frame.index for frame in frames] == list(range(len(frames)))
    times = np.array([frame.time for frame in frames])
    assert times[0] == 0
    positions = np.rint(times * 25).astype(int)
    np.testing.assert_allclose(times, positions / 25, atol=1e-3)
    for frame, position in zip(frames, positions, strict=True):
        assert np.abs(frame.image.astype(int) - FRAMES[position]).mean() < 4


def test_a_stream_that_comes_back_with_another_size_goes_on_in_the_first() -> None:
    said: list[str] = []
    other = transport_stream(scene(40, height=48, width=80))
    with StreamServer(CONTENT, other) as server:
        source = _source(server.url, said=said)
        frames = _watch(source, enough=lambda frames: len(said) == 3 and len(frames) > 20)
        assert server.connections == 2
    assert source.name in said[0]
    assert "the connection is lost" in said[0]
    assert "the connection is back" in said[1]
    assert "frame size" in said[2]
    assert {frame.image.shape for frame in frames} == {(64, 96, 3)}
    assert np.diff([frame.time for frame in frames]).min() >= 0


def test_a_source_that_falls_silent_is_given_up_and_said() -> None:
    with StreamServer(CONTENT, hang=True) as server:
        source = _source(server.url, patience=0.4)
        begin = time.monotonic()
        with source, pytest.warns(InputWarning, match=r"no frame for 0.4 s, so it is given up"):
            assert list(source.frames(lambda: False))
        assert time.monotonic() - begin < 10


def test_slow_tracking_gets_the_newest_frames_and_the_rest_is_counted() -> None:
    content = transport_stream(scene(150, height=64, width=96))
    frames: list[Frame] = []
    with (  # noqa: PT031
        StreamServer(content, seconds=1.5) as server,
        _source(server.url, 1.0) as source,
        pytest.warns(InputWarning, match="given up"),
    ):
        for frame in source.frames(lambda: False):
            frames.append(frame)
            time.sleep(0.05)
    assert source.num_dropped > 50
    assert 145 <= len(frames) + source.num_dropped <= 150
    assert frames[-1].time > 5.5


def test_a_recording_behind_a_url_is_given_whole_and_ends() -> None:
    with StreamServer(CONTENT, CONTENT, seconds=0.2, known_length=True) as server:
        source = _source(server.url)
        frames = []
        with source:
            for frame in source.frames(lambda: False):
                frames.append(frame)
                time.sleep(0.01)
        assert len(frames) == 40
        assert source.num_dropped == 0
        assert server.connections == 1


def test_a_wish_to_stop_is_noticed_while_nothing_comes() -> None:
    wish = threading.Event()
    with (
        StreamServer(CONTENT, hang=True, seconds=0.2) as server,
        _source(server.url, 60.0) as source,
    ):
        threading.Timer(0.8, wish.set).start()
        begin = time.monotonic()
        assert list(source.frames(wish.is_set))
    assert time.monotonic() - begin < 5


def test_where_nobody_listens_is_one_line() -> None:
    with pytest.raises(InputError, match=r"127.0.0.1:1/x: Connection refused; check the camera"):
        _watch(_source("http://me:secret@127.0.0.1:1/x"))


def test_an_address_without_a_stream_is_one_line() -> None:
    with StreamServer() as server, pytest.raises(InputError, match=r"camera.ts: .*404"):
        _watch(_source(server.url))
    with StreamServer(b"no video" * 2000) as server, pytest.raises(InputError, match=r"camera\.ts"):
        _watch(_source(server.url))


def test_a_server_that_says_nothing_is_not_waited_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stream, "CONNECT_SECONDS", 0.3)
    begin = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        with pytest.raises(InputError, match="nothing came in time"):
            _watch(_source(url))
    assert time.monotonic() - begin < 5


def test_whatever_hangs_the_first_frame_has_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "FIRST_FRAME_SECONDS", 0.2)
    monkeypatch.setattr(live, "StreamConnection", lambda _: time.sleep(3))
    with pytest.raises(InputError, match="no picture within 0 s"):
        _watch(_source("rtsp://nowhere/1"))


def test_patience_must_be_positive() -> None:
    with pytest.raises(InputError, match="patience of 0 s"):
        _source("udp://127.0.0.1:1", patience=0.0)


def test_a_stream_cannot_make_us_read_files_of_this_machine(tmp_path: Path) -> None:
    secret = tmp_path / "v.ts"
    secret.write_bytes(CONTENT)
    # What a playlist from the network may name is checked as the address itself is.
    with pytest.raises(ConnectionError):
        stream.StreamConnection(f"file:{secret}")


def _free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _push(url: str, container: str, options: dict[str, str], seconds: float) -> None:
    """Send pictures to the address, again and again, as a camera would."""
    for _ in range(100):
        try:
            output = av.open(url, "w", format=container, options=options)
            break
        except OSError:
            time.sleep(0.05)
    picture_stream = output.add_stream("mpeg2video", rate=25, options={"g": "1"})
    picture_stream.height, picture_stream.width = FRAMES.shape[1:3]
    picture_stream.pix_fmt = "yuv420p"
    begin = time.monotonic()
    while time.monotonic() - begin < seconds:
        for image in FRAMES:
            for packet in picture_stream.encode(av.VideoFrame.from_ndarray(image)):
                output.mux(packet)
            time.sleep(0.01)


def test_udp() -> None:
    url = f"udp://127.0.0.1:{_free_port(socket.SOCK_DGRAM)}"
    threading.Thread(target=_push, args=(url, "mpegts", {}, 8.0), daemon=True).start()
    frames = _watch(_source(url))
    assert frames[0].image.shape == (64, 96, 3)


def test_rtsp(monkeypatch: pytest.MonkeyPatch) -> None:
    # FFmpeg has no RTSP server, but its reader can be the one who is called.
    listen = {"rtsp_flags": "listen", "listen_timeout": "20"}
    monkeypatch.setattr(stream, "OPTIONS", stream.OPTIONS | listen)
    monkeypatch.setattr(stream, "CONNECT_SECONDS", 20.0)
    url = f"rtsp://127.0.0.1:{_free_port(socket.SOCK_STREAM)}/camera"
    # A process of its own, as FFmpeg's writer keeps Python's lock while it waits for the answer.
    camera = multiprocessing.get_context("spawn").Process(
        target=_push, args=(url, "rtsp", {"rtsp_transport": "tcp"}, 30.0), daemon=True
    )
    camera.start()
    try:
        frames = _watch(_source(url, patience=10.0))
    finally:
        camera.kill()
        camera.join()
    assert np.abs(frames[0].image.astype(int).mean() - FRAMES[0].mean()) < 5
