"""The command line of AttTrack from end to end: learn both, then track a video file."""

import json
import sys
from pathlib import Path

import pytest

from animot import cli
from animot.atttrack import pair
from animot.atttrack.policy import POLICIES
from animot.data.mot import read_tracks
from made_tracking import write_video
from tiny_pair import LOW, walking, write_run
from tiny_pair_learning import shrink


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["animot", *map(str, arguments)])
    try:
        cli.main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video, and runs that have learned nothing, whose networks find much."""
    folder = tmp_path_factory.mktemp("runs")
    write_video(folder / "v.mp4", [frame.image for frame in walking(20)])
    teacher = write_run(folder / "teacher", "teacher")
    for role in ("student", "layerwise"):
        write_run(folder / role, role, seed=7, teacher=teacher)
    write_run(folder / "other", "teacher", seed=3)
    return folder


def test_the_commands_of_the_guide(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Learn a teacher, learn a student from it, and track with both."""
    shrink(monkeypatch.setattr)
    monkeypatch.setattr(pair, "ASSOCIATION", LOW)
    teacher, student, out = (tmp_path / name for name in ("teacher", "student", "out"))
    learn = ("learn", "crowd", "--engine", "atttrack", "--steps", 3, "--threads", 1, "--role")
    assert run(monkeypatch, *learn, "teacher", "-o", teacher) == 0
    assert run(monkeypatch, *learn, "student", "--teacher", teacher, "-o", student) == 0
    assert "step 3  100 %  loss" in capsys.readouterr().err
    both = ("-m", teacher, "--student", student, "--every", 4)
    assert run(monkeypatch, "track", runs / "v.mp4", *both, "-o", out) == 0
    names = {"tracks.txt", "tracks.csv", "annotated.mp4", "report.html"}
    assert {path.name for path in out.iterdir()} == names


@pytest.mark.parametrize("policy", POLICIES)
def test_every_policy_tracks_a_video_file(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, policy: str
) -> None:
    monkeypatch.setattr(pair, "ASSOCIATION", LOW)
    student = "layerwise" if policy == "layerwise" else "student"
    out = tmp_path / "out"
    arguments = ("-m", runs / "teacher", "--student", runs / student, "--every", 4, "-o", out)
    video = ("track", runs / "v.mp4", "--no-video")
    assert run(monkeypatch, *video, *arguments, "--policy", policy) == 0
    found = read_tracks(out / "tracks.txt")
    assert len(found) > 60
    assert found.frame.max() == 19


def test_the_usual_command_is_atttrack(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pair, "ASSOCIATION", LOW)
    rows = {}
    for policy in (None, "atttrack", "teacher"):
        out = tmp_path / str(policy)
        said = [] if policy is None else ["--policy", policy]
        both = ("-m", runs / "teacher", "--student", runs / "student", "--every", 4)
        video = ("track", runs / "v.mp4", "--no-video")
        assert run(monkeypatch, *video, *both, *said, "-o", out) == 0
        rows[policy] = (out / "tracks.txt").read_text()
    assert rows[None] == rows["atttrack"]
    assert rows[None] != rows["teacher"]


def test_lines_of_json_of_a_teacher_alone(
    runs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "track", runs / "v.mp4", "-m", runs / "teacher") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["frame"] for line in lines] == list(range(1, 21))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["learn", "crowd", "--engine", "sort"], "no engine sort; give one of tba, atttrack"),
        (["learn", "crowd", "--engine", "atttrack"], "say with --role"),
        (["learn", "crowd", "--engine", "atttrack", "--role", "student"], "--teacher"),
        (["learn", "crowd", "--engine", "atttrack", "--role", "teacher", "--size", "9x9"], "tba"),
        (["learn", "sprites", "--role", "teacher"], "add --engine atttrack"),
        (["learn", "sprites", "--engine", "atttrack", "--role", "teacher"], "sprites"),
        (["track", "{v}", "-m", "{r}/teacher", "--every", "0"], "0-th frame; give 1 or more"),
        (["track", "{v}", "-m", "{r}/teacher", "--policy", "atttrack"], "needs a student"),
        (["track", "{v}", "-m", "{r}/student", "--policy", "atttrack"], "needs a teacher"),
        (["track", "{v}", "-m", "{r}/teacher", "--student", "{r}/none"], "no such model"),
        (["track", "{v}", "-m", "{r}/none", "--student", "{r}/student"], "no such model"),
        (["track", "{v}", "-m", "{r}/other", "--student", "{r}/student"], "another teacher"),
        (["track", "{v}", "-m", "{r}/teacher", "--student", "sprites"], "a model of tba"),
        (["track", "{v}", "-m", "sprites", "--student", "{r}/student"], "model is tba"),
        (["track", "{v}", "-m", "{r}/teacher", "--policy", "both"], "no policy both"),
        (["track", "{v}", "-m", "{r}/teacher", "--save-state", "{r}/s"], "state"),
        (["track", "--detections", "a.txt", "--student", "b"], "--student"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_is_one_line(
    runs: Path,
    tmp_path: Path,
    arguments: list[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = [word.format(r=runs, v=runs / "v.mp4") for word in arguments]
    assert run(monkeypatch, *words, "-o", tmp_path / "out") == 2
    error = capsys.readouterr().err
    assert message in error
    assert len(error.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()
