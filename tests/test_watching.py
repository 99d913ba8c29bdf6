"""From a source to files, without keeping anything."""

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import av
import pytest

from animot.data.mot import read_tracks
from animot.errors import InputError, InputWarning
from animot.report.tally import Tally
from animot.tracker import Frame
from animot.tracking_state import read_state
from animot.tracks import FrameTracks
from animot.video import live_reader
from animot.watching import watch
from made_tracking import made_frames, made_model, made_scene, write_video
from stream_server import StreamServer, transport_stream

FRAMES = made_frames(made_scene(1))


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return write_video(tmp_path / "a.mp4", FRAMES)


def test_lines_of_json_agree_with_the_tracks(tmp_path: Path, video: Path) -> None:
    tally = watch(video, made_model(), tmp_path / "out", jsonl=tmp_path / "a.jsonl", video=False)
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert [line["frame"] for line in lines] == list(range(1, 25))
    assert lines[3]["time"] == 0.3
    tracks = read_tracks(tmp_path / "out" / "tracks.txt")
    found = [(line["frame"] - 1, each["id"]) for line in lines for each in line["objects"]]
    assert found == list(zip(tracks.frame.tolist(), tracks.track_id.tolist(), strict=True))
    assert tally == Tally(num_frames=24, num_boxes=72, num_tracks=3, _largest_id=3)


@pytest.mark.parametrize("name", ["jsonl", "save_state"])
def test_files_that_are_there_are_kept_unless_overwritten(
    tmp_path: Path, video: Path, name: str
) -> None:
    mine = tmp_path / "mine"
    mine.write_text("mine")
    with pytest.raises(InputError, match="mine: is there already"):
        watch(video, made_model(), **{name: mine})
    assert mine.read_text() == "mine"
    watch(video, made_model(), **{name: mine}, overwrite=True)
    assert mine.read_bytes() != b"mine"


def test_a_state_is_refused_before_the_work(tmp_path: Path, video: Path) -> None:
    def never(*_: object) -> None:
        raise AssertionError("has begun")

    for path, message in [(tmp_path, "is a folder"), (tmp_path / "no" / "state", "there is no")]:
        with pytest.raises(InputError, match=message):
            watch(video, made_model(), save_state=path, on_frame=never)


def test_a_state_can_be_carried_on_in_one_file(tmp_path: Path, video: Path) -> None:
    state = tmp_path / "state"
    watch(video, made_model(), save_state=state)
    seen: list[int] = []
    for _ in range(2):
        watch(
            video,
            made_model(),
            load_state=state,
            save_state=state,
            on_frame=lambda frame, _: seen.append(frame.index),
        )
    assert seen == list(range(24, 72))


def _content(seed: int) -> bytes:
    return transport_stream(made_frames(made_scene(seed), 30), fps=25)


@pytest.fixture
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_reader, "FIRST_WAIT", 0.05)
    monkeypatch.setattr(live_reader, "LONGEST_WAIT", 0.2)


@pytest.mark.usefixtures("_short_waits")
def test_a_stream_is_tracked_over_a_loss_and_its_files_are_whole(tmp_path: Path) -> None:
    said: list[str] = []
    out = tmp_path / "out"
    with (
        StreamServer(_content(1), _content(1)) as server,
        pytest.warns(InputWarning, match="given up"),
    ):
        tally = watch(
            server.url, made_model(), out, jsonl=out / "a.jsonl", patience=3.0, say=said.append
        )
    assert server.connections > 2
    assert not list(out.glob("report*"))  # only recordings have a page
    assert tally.num_frames > 10
    assert read_tracks(out / "tracks.txt").num_frames == tally.num_frames
    assert len((out / "a.jsonl").read_text().splitlines()) == tally.num_frames
    with av.open(str(out / "annotated.mp4")) as annotated:
        assert sum(1 for _ in annotated.decode(video=0)) == tally.num_frames
    assert any("back" in line for line in said)
    assert said[-1] == str(tally)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_live_run_with_whole_files(tmp_path: Path, number: signal.Signals) -> None:
    out, state = tmp_path / "out", tmp_path / "state"

    def interrupt(frame: Frame, _: FrameTracks) -> None:
        if frame.index == 4:
            signal.raise_signal(number)

    with StreamServer(_content(1), hang=True) as server:
        tally = watch(server.url, made_model(), out, save_state=state, on_frame=interrupt)
    assert tally.num_frames == 5
    assert read_tracks(out / "tracks.txt").num_frames == 5
    with av.open(str(out / "annotated.mp4")) as annotated:
        assert sum(1 for _ in annotated.decode(video=0)) == 5
    assert read_state(state, made_model()).num_frames == 5


@pytest.mark.usefixtures("_short_waits")
def test_live_results_can_be_read_while_tracking_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "out"
    lengths: list[int] = []

    def look(frame: Frame, _: FrameTracks) -> None:
        lengths.append(read_tracks(out / "tracks.txt").num_frames - frame.index)

    with StreamServer(_content(1)) as server, pytest.warns(InputWarning, match="given up"):
        watch(server.url, made_model(), out, video=False, patience=0.3, on_frame=look)
    assert len(lengths) > 5
    assert set(lengths) == {1}


@pytest.mark.usefixtures("_short_waits")
def test_streams_in_one_process_share_no_identities() -> None:
    """Two streams and two files at once, with one model: each as if it were alone."""
    model = made_model(seed=4, bias=0.0)
    contents = [_content(1), _content(1)[: len(_content(1)) // 2]]
    alone: list[list[tuple[float, list[int]]]] = []
    together: list[list[tuple[float, list[int]]]] = [[], []]

    def run(content: bytes, into: list[tuple[float, list[int]]]) -> None:
        # A server that knows the length gives every frame, so that runs can be compared.
        with StreamServer(content, known_length=True, seconds=0.5) as server:
            watch(
                server.url,
                model,
                on_frame=lambda frame, objects: into.append((frame.time, objects.box.tolist())),
            )

    for content in contents:
        alone.append([])
        run(content, alone[-1])
    threads = [
        threading.Thread(target=run, args=pair) for pair in zip(contents, together, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(alone[0]) > len(alone[1]) > 10
    assert together == alone


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_memory_is_flat_over_twenty_thousand_frames(tmp_path: Path) -> None:
    program = Path(__file__).with_name("endless_watch.py")
    run = subprocess.run(
        [sys.executable, program, "20000", tmp_path / "out"], capture_output=True, check=True
    )
    num_frames, num_tracks, megabytes = json.loads(run.stdout)
    assert num_frames == 20_000
    assert num_tracks > 1000
    settled = megabytes[4:]
    assert len(settled) == 16
    assert max(settled) - min(settled) < 3, megabytes
    assert len(read_tracks(tmp_path / "out" / "tracks.txt")) > 20_000
