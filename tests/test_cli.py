import inspect
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from animot import cli
from animot.data.crowd import CrowdVideo
from animot.data.digits import load_digits
from animot.data.growing_file import GrowingFile
from animot.data.made_folder import write_sequence
from animot.data.mnist_mot import MnistMOT
from animot.data.split import TEST_STREAM
from animot.data.sprites_mot import SpritesMOT
from animot.errors import InputError, ProcessLostError
from animot.video.live import PATIENCE_SECONDS
from stream_server import StreamServer, transport_stream

COMMANDS = [
    ["learn"],
    ["track"],
    ["eval"],
    ["data"],
    ["data", "sprites"],
    ["data", "mnist"],
    ["data", "crowd"],
    ["reproduce"],
    ["reproduce", "atttrack"],
    ["demo"],
    [],
]


def _run(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["animot", *arguments])
    try:
        cli.main()
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_fits_a_screen_and_shows_an_example(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = _run([*command, "--help"], monkeypatch, capsys)
    assert code == 0
    assert len(out.splitlines()) <= 40
    assert "Example: animot" in out


@pytest.mark.parametrize("code", ["import animot", "import animot.cli", "import animot.metrics"])
def test_import_loads_neither_torch_nor_cv2(code: str) -> None:
    check = f"{code}; import sys; sys.exit('torch' in sys.modules or 'cv2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check]).returncode == 0


def test_version(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _run(["--version"], monkeypatch, capsys)
    assert (code, out.strip()) == (0, "0.1.0")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["learn", "nowhere.mp4", "-o", "{tmp}/run"], "nowhere.mp4"),
        (["learn", "-o", "{tmp}/run"], "no video"),
        (["learn", "sprites", "-o", "{tmp}/run", "--preset", "slow"], "fast, paper or rel"),
        (["learn", "sprites", "-o", "{tmp}/run", "--ablation", "noTime"], "TBAc-noOcc"),
        (["learn", "sprites", "-o", "{tmp}/run", "--minutes", "0"], "more than 0"),
        (["learn", "sprites", "-o", "{tmp}/run", "--minutes", "1", "--steps", "1"], "either"),
        (["learn", "sprites", "-o", "{tmp}/run", "--size", "big"], "192x144"),
        (["learn", "sprites", "-o", "{tmp}/run", "--size", "64x64"], "128x128"),
        (["learn", "sprites", "-o", "{tmp}/run", "--objects", "0"], "at least 1"),
        (["learn", "sprites", "-o", "{tmp}/run", "--device", "abacus"], "give cpu"),
        (["learn", "sprites", "-o", "{tmp}/run", "--threads", "0"], "0 threads"),
        (["learn", "{made}", "-o", "{tmp}/run", "--ignore", "{pickle}"], "cannot read the mask"),
        (["track", "{made}", "-m", "sprites", "-o", "{tmp}/out", "--threads", "-1"], "-1 threads"),
        (["learn", "sprites", "-o", "{tmp}/run", "--frobnicate"], "frobnicate"),
        (["learn", "{made}", "-o", "{tmp}/run", "--background", "mean"], "median, mog2, imbs"),
        (["learn", "sprites", "-o", "{tmp}/run", "--digits", "{tmp}"], "only mnist"),
        (["learn", "mnist", "-o", "{tmp}/run", "--digits", "{tmp}"], "no train-images"),
        (["learn", "{made}", "-o", "{tmp}/run", "--digits", "{tmp}"], "only mnist"),
        (["track", "nowhere.mp4", "-m", "sprites", "-o", "{tmp}/out"], "nowhere.mp4"),
        (["track", "{made}", "-m", "nowhere", "-o", "{tmp}/out"], "no such model"),
        (["track", "{made}", "-m", "{pickle}", "-o", "{tmp}/out"], "no pickled"),
        (["track", "{made}", "-m", "{made}", "-o", "{tmp}/out"], "animot learn"),
        (["track", "{made}"], "--model"),
        (["track", "ftp://host/a.mp4", "-m", "sprites", "-o", "{tmp}/out"], "rtsp"),
        (["track", "http://u:p@127.0.0.1:1/a", "-m", "sprites", "-o", "{tmp}/out"], "refused"),
        (["track", "udp://127.0.0.1:1", "-m", "sprites", "--patience", "0"], "more than 0"),
        (["track", "{made}", "-m", "sprites", "--jsonl", "{tmp}/no/a.jsonl"], "a.jsonl"),
        (["track", "{made}", "-m", "sprites", "--jsonl", "{pickle}"], "is there already"),
        (["track", "{made}", "-m", "sprites", "--load-state", "{pickle}"], "no"),
        (["track", "{made}", "-m", "sprites", "--save-state", "{pickle}"], "is there already"),
        (["track", "{made}", "-o", "{tmp}/out"], "--model"),
        (["track", "-o", "{tmp}/out", "--detections", "nowhere.txt"], "nowhere.txt"),
        (["track", "-o", "{tmp}/out", "--detections", "a.txt", "-m", "sprites"], "either"),
        (["track", "{made}", "-o", "{tmp}/out", "--detections", "a.txt", "--fps", "9"], "either"),
        (["track", "{made}", "-o", "{tmp}/out", "-m", "sprites", "--fps", "9"], "--detections"),
        (["track", "--detections", "a.txt"], "--out"),
        (["track", "-o", "{tmp}/out", "--detections", "a.txt", "--jsonl", "-"], "--jsonl"),
        (["eval", "nowhere.txt", "{made}"], "nowhere.txt"),
        (["data", "sprites", "-o", "{made}"], "not empty"),
        (["data", "sprites", "-o", "{tmp}/new", "--seed", "-1"], "seed"),
        (["data", "crowd", "-o", "{made}", "--frames", "3"], "not empty"),
        (["data", "crowd", "-o", "{tmp}/new", "--frames", "0"], "at least 1"),
        (["data", "crowd", "-o", "{tmp}/new", "--frames", "1000000"], "at most 999999"),
        (["data", "crowd", "-o", "{tmp}/new", "--seed", "-1"], "seed"),
        (["learn", "crowd", "-o", "{tmp}/run"], "no such file"),
        (["data", "mnist", "-o", "{tmp}/new", "--digits", "{tmp}"], "no t10k-images"),
        (["data", "mnist", "-o", "{tmp}/new", "--split", "half"], "pooled"),
        (["reproduce", "tba-duke"], "tba-sprites or tba-mnist"),
        (["reproduce", "tba-sprites", "-o", "{tmp}/out", "--configs", "noTime"], "TBAc-noOcc"),
        (["reproduce", "tba-mnist", "-o", "{tmp}/out", "--configs", "noOcc"], "use TBAc"),
        (["reproduce", "tba-sprites", "-o", "{tmp}/out", "--seeds", "1,two"], "like 1,2,3"),
        (["reproduce", "tba-sprites", "-o", "{tmp}/out", "--seeds", ""], "at least one seed"),
        (["reproduce", "tba-sprites", "-o", "{tmp}/out", "--frames", "0"], "0 frames"),
        (
            ["reproduce", "tba-sprites", "-o", "{tmp}/out", "--steps", "1", "--minutes", "1"],
            "either",
        ),
        (["reproduce", "tba-sprites", "-o", "{made}", "--steps", "1"], "no reproduction"),
        (["reproduce", "tba-sprites", "-o", "{tmp}/out", "--only-tables"], "no reproduction"),
        (["reproduce", "tba-mnist", "-o", "{tmp}/out", "--digits", "{tmp}"], "no train-images"),
        (["reproduce", "atttrack", "-o", "{tmp}/out", "--every", "7"], "K is from 2 to 6"),
        (["reproduce", "atttrack", "-o", "{tmp}/out", "--every", "2-x"], "like 2-6 or 2,4"),
        (["reproduce", "atttrack", "-o", "{tmp}/out", "--every", ""], "K is from 2 to 6"),
        (["reproduce", "atttrack", "-o", "{tmp}/out", "--seeds", "1,2"], "--seeds"),
        (["reproduce", "atttrack", "-o", "{tmp}/out", "--seeds", "0"], "0 seeds"),
        (["reproduce", "atttrack", "-o", "{tmp}/out", "--ablations", "a"], "no ablation a"),
        (["reproduce", "atttrack", "-o", "{tmp}/out", "--data", "{tmp}/no"], "no such folder"),
        (["reproduce", "atttrack", "-o", "{tmp}/out", "--only-tables"], "no reproduction"),
        (["frobnicate"], "frobnicate"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_is_one_line_and_exit_code_2(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = tmp_path / "made"
    write_sequence(SpritesMOT(1), 2, made)
    pickled = tmp_path / "weights.pt"
    pickled.write_bytes(b"\x80\x04.")
    before = sorted(tmp_path.rglob("*"))
    places = {"tmp": tmp_path, "made": made, "pickle": pickled}
    code, out, err = _run([word.format(**places) for word in arguments], monkeypatch, capsys)
    assert code == 2
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert err.startswith("animot: ")
    assert message in err
    assert sorted(tmp_path.rglob("*")) == before


def test_made_data_is_written_and_scores_perfectly_against_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = tmp_path / "made"
    command = ["data", "sprites", "-o", str(made), "--frames", "30", "--seed", "7"]
    code, out, _ = _run(command, monkeypatch, capsys)
    assert code == 0
    assert "30 frames" in out
    truth = made / "gt" / "gt.txt"
    code, out, _ = _run(["eval", str(truth), str(truth)], monkeypatch, capsys)
    assert code == 0
    assert "100.0" in out


def test_a_crowd_is_made_of_the_test_stream(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = tmp_path / "made"
    command = ["data", "crowd", "-o", str(made), "--frames", "3", "--seed", "7"]
    code, out, _ = _run(command, monkeypatch, capsys)
    assert code == 0
    assert "3 frames" in out
    image = cv2.imread(str(made / "img1" / "000002.png"))[:, :, ::-1]
    assert (image == CrowdVideo(7).image(TEST_STREAM, 1)).all()


def test_digits_are_made_from_the_split_that_is_asked_for(
    shared_data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    digits = shared_data / "mnist"
    monkeypatch.setenv("ANIMOT_DATA", str(shared_data))
    asked = {"default": [], "test": ["--split", "test", "--digits", str(digits)]}
    asked |= {split: ["--split", split] for split in ("train", "pooled")}
    for name, words in asked.items():
        command = ["data", "mnist", "-o", str(tmp_path / name), "--frames", "9", "--seed", "7"]
        code, out, _ = _run([*command, "--objects", "2", *words], monkeypatch, capsys)
        assert code == 0
        assert "9 frames" in out
    for split in ("test", "train", "pooled"):
        made = MnistMOT(7, load_digits(digits, split), 2)
        image = cv2.imread(str(tmp_path / split / "img1/000009.png"), cv2.IMREAD_UNCHANGED)
        assert image.shape == (128, 128)
        np.testing.assert_array_equal(image, made.clip([0], 8, 1).frames[0, 0, :, :, 0])
    shown = [(tmp_path / name / "img1/000009.png").read_bytes() for name in asked]
    assert shown[0] == shown[1]
    assert len(set(shown)) == 3
    truth = (tmp_path / "default/gt/gt.txt").read_text()
    assert {line.split(",")[4:6] == ["28", "28"] for line in truth.splitlines()} == {True}


@pytest.mark.parametrize(
    ("error", "local_rank", "code", "said"),
    [
        (InputError("bad video"), "0", 2, "animot: bad video\n"),
        (InputError("bad video"), "1", 2, ""),
        (ProcessLostError("process 1 ended"), "1", 1, "animot: process 1 ended\n"),
        (KeyboardInterrupt(), "0", 130, "animot: stopped\n"),
        (KeyboardInterrupt(), "1", 130, ""),
    ],
)
def test_of_several_processes_one_says_what_concerns_all(
    error: BaseException,
    local_rank: str,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"):
        monkeypatch.setenv(name, "2")
    monkeypatch.setenv("LOCAL_RANK", local_rank)
    monkeypatch.setenv("TORCH_CPP_LOG_LEVEL", "ERROR")

    def fail(**_: bool) -> None:
        raise error

    monkeypatch.setattr(cli, "app", fail)
    assert _run(["learn"], monkeypatch, capsys) == (code, "", said)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_leaves_nothing_half_done(
    number: signal.Signals,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def work(**_: bool) -> None:
        with GrowingFile(tmp_path / "tracks.txt", visible=False) as file:
            file.append("1,1\n")
            assert list(tmp_path.iterdir())
            os.kill(os.getpid(), number)
            time.sleep(5)

    monkeypatch.setattr(cli, "app", work)
    assert _run(["track"], monkeypatch, capsys) == (128 + number, "", "animot: stopped\n")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("option", [[], ["--jsonl", "-"]], ids=["by default", "asked for"])
def test_lines_of_json_go_to_standard_output(
    option: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_sequence(SpritesMOT(1), 5, tmp_path / "made")
    command = ["track", str(tmp_path / "made"), "-m", "sprites", *option]
    code, out, err = _run(command, monkeypatch, capsys)
    assert code == 0
    assert [json.loads(line)["frame"] for line in out.splitlines()] == [1, 2, 3, 4, 5]
    assert "in 5 frames" in err


def test_patience_is_the_same_from_python() -> None:
    assert inspect.signature(cli.track).parameters["patience"].default == PATIENCE_SECONDS


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_live_run_with_whole_files(tmp_path: Path, number: signal.Signals) -> None:
    out, state = tmp_path / "out", tmp_path / "state"
    content = transport_stream(np.zeros((50, 128, 128, 3), dtype=np.uint8))  # as the model knows it
    with StreamServer(content, hang=True) as server:
        command = ["track", server.url, "-m", "sprites", "-o", str(out), "--save-state", str(state)]
        process = subprocess.Popen(
            [sys.executable, "-m", "animot", *command], stderr=subprocess.PIPE, text=True
        )
        for _ in range(600):
            if (out / "annotated.mp4").exists():
                break
            time.sleep(0.1)
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 0, said
    with av.open(str(out / "annotated.mp4")) as video:
        shown = sum(1 for _ in video.decode(video=0))
    assert f"in {shown} frames" in said
    assert (out / "tracks.csv").read_text().startswith("frame,")
    assert sorted(file.name for file in out.iterdir()) == [
        "annotated.mp4",
        "tracks.csv",
        "tracks.txt",
    ]
    assert state.is_file()
