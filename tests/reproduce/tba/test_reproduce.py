"""The whole line with a tiny budget: learned, scored, killed, gone on with, shared."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import pytest

from animot import planning
from animot.errors import InputError, InputWarning
from animot.reproduce.folder import claim, open_folder
from animot.reproduce.tba import published, work
from animot.reproduce.tba.cell import Task
from animot.reproduce.tba.result import read_results
from animot.reproduce.tba.run import reproduce, write_tables
from animot.training.loop import Report
from animot.training.schedule import FAST
from together import environment

PICTURES = ["attention.png", "strips.png"]
TABLES = ["table.json", "table.md"]
TINY = {"preset": "fast", "steps": 3, "frames": 30, "threads": 1}


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small batches, frequent validation, and early frames in the figures."""
    small = replace(FAST, batch_size=2, clip_length=3, validate_every=2)
    monkeypatch.setitem(planning.MADE_TRAINING, "fast", small)
    for name, experiment in published.EXPERIMENTS.items():
        early = replace(experiment, shown=range(4, 11))
        monkeypatch.setitem(published.EXPERIMENTS, name, early)


def files(out: Path) -> list[str]:
    return sorted(path.name for path in out.iterdir() if path.is_file())


def test_from_nothing_to_tables_and_figures_and_not_twice(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    out, said, steps = tmp_path / "out", [], []
    asked = {"configurations": ["noMem", "TBA"], "seeds": [4], **TINY}
    call = {"say": said.append, "on_step": lambda report: steps.append(report.step)}
    assert reproduce("tba-sprites", out, **asked, **call) == out
    assert steps == [1, 2, 3] * 2
    own = ["reproduction.json", "reproduction.lock"]
    assert files(out) == sorted([*PICTURES, "curves.png", *own, *TABLES])
    tba, silent = read_results(out)
    assert (str(tba.cell), str(silent.cell)) == ("TBA, seed 4", "TBAc-noMem, seed 4")
    for result in (tba, silent):
        assert [point.step for point in result.curve] == [2, 3]
        assert (result.learned.steps, result.learned.frames, result.learned.threads) == (3, 18, 1)
        assert result.learned.best_step in {2, 3}
        assert result.scores["CLR_Frames"] == 30
        assert result.test == "30 frames of stream 0, seed 10000, IoU 0.5"
    assert "TBA, seed 4: learning" in said
    assert (out / "table.md").read_text().count("printed |") == 2
    for picture, rows in (("strips.png", 3), ("attention.png", 3)):
        pixels = cv2.imread(str(out / picture))
        assert pixels.shape[0] >= rows * 128
        assert pixels[:, 200:].std() > 20
    before = {path: path.read_bytes() for path in out.rglob("*.json")}
    said.clear()
    steps.clear()
    (out / "table.md").unlink()
    reproduce("tba-sprites", out, **asked, **call)
    assert steps == []
    assert "TBA, seed 4: is finished" in said
    assert (out / "table.md").exists()
    assert {path: path.read_bytes() for path in out.rglob("*.json")} == before


def test_a_cell_alone_joins_those_that_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without matplotlib, too, which is said."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    for seed in (2, 1):
        with pytest.warns(InputWarning, match="pip install"):
            reproduce("tba-sprites", tmp_path, configurations=["TBAc"], seeds=[seed], **TINY)
    assert [str(result.cell) for result in read_results(tmp_path)] == [
        "TBAc, seed 1",
        "TBAc, seed 2",
    ]
    assert "TBAc, median of 2 seeds" in (tmp_path / "table.md").read_text()
    assert "curves.png" not in files(tmp_path)
    assert set(PICTURES) <= set(files(tmp_path))
    with pytest.raises(InputError, match="with steps 3, not 5"):
        reproduce("tba-sprites", tmp_path, **TINY | {"steps": 5})


KILLED = """
import os, signal, sys
from dataclasses import replace
from animot import planning
from animot.reproduce.tba.run import reproduce
from animot.training import loop
from animot.training.schedule import FAST

loop.SECONDS_BETWEEN_CHECKPOINTS = -1.0
planning.MADE_TRAINING["fast"] = replace(FAST, batch_size=2, clip_length=3, validate_every=2)

def stop(report):
    if report.step == 2:
        os.kill(os.getpid(), getattr(signal, sys.argv[2]))

reproduce("tba-sprites", sys.argv[1], configurations=["TBA", "TBAc"], seeds=[4], preset="fast",
          steps=3, frames=30, threads=1, on_step=stop, say=print)
"""


def work_on_one(out: Path, **more) -> list[int]:
    """Steps that one cell still took; no figures."""
    steps: list[int] = []

    def count(report: Report) -> None:
        steps.append(report.step)
        if report.step == more.get("stop"):
            os.kill(os.getpid(), signal.SIGTERM)

    names = more.get("configurations", ["TBA"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("animot.reproduce.tba.run.write_figures", lambda *_: None)
        reproduce("tba-sprites", out, configurations=names, seeds=[4], **TINY, on_step=count)
    return steps


@pytest.mark.slow
def test_a_cell_that_was_stopped_or_killed_becomes_what_it_would_have_been(tmp_path: Path) -> None:
    whole, stopped, killed = (tmp_path / name for name in ("whole", "stopped", "killed"))
    assert work_on_one(whole) == [1, 2, 3]
    assert work_on_one(stopped, configurations=["TBA", "TBAc"], stop=2) == [1, 2]
    assert not (stopped / "TBAc-seed4").exists()  # the next cell is not begun
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(killed), "SIGKILL"],
        capture_output=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    (expected,) = read_results(whole)
    for out in (stopped, killed):
        assert not (out / "table.md").exists()
        assert work_on_one(out) == [3]
        (found,) = read_results(out)
        assert found.scores == expected.scores
        assert [point.loss for point in found.curve] == [point.loss for point in expected.curve]


def test_a_cell_that_was_learned_but_not_scored_is_only_scored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(work, "score", stop)
        with pytest.raises(KeyboardInterrupt):
            work_on_one(tmp_path)
    assert read_results(tmp_path) == []
    with pytest.raises(InputError, match="no cell is finished yet"):
        write_tables(tmp_path)
    assert work_on_one(tmp_path) == []
    assert len(read_results(tmp_path)) == 1


def test_what_another_process_works_on_is_left_to_it(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    said: list[str] = []
    asked = {"configurations": ["TBA", "TBAc"], "seeds": [4], **TINY, "say": said.append}
    task = Task(experiment="tba-sprites", preset="fast", steps=3, minutes=None, frames=30)
    open_folder(tmp_path, task)
    with claim(tmp_path / "TBA-seed4"):
        reproduce("tba-sprites", tmp_path, **asked)
    assert [str(result.cell) for result in read_results(tmp_path)] == ["TBAc, seed 4"]
    assert any("another animot works on TBA, seed 4" in line for line in said)
    with claim(tmp_path / "TBA-seed4") as mine:
        assert mine


@pytest.mark.slow
def test_two_processes_share_the_cells(tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", KILLED, out, "SIGCONT"],  # which stops nothing
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=240)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    learned = [line for text in said for line in text.splitlines() if line.endswith(": learning")]
    assert sorted(learned) == ["TBA, seed 4: learning", "TBAc, seed 4: learning"]
    assert len(read_results(Path(out))) == 2
    table = json.loads((Path(out) / "table.json").read_text())
    assert list(table["configurations"]) == ["TBA", "TBAc"]


@pytest.mark.parametrize(
    ("experiment", "wrong", "said"),
    [
        ("tba-duke", {}, "tba-sprites or tba-mnist"),
        ("tba-sprites", {"configurations": ["noTime"]}, "noTime"),
        ("tba-sprites", {"threads": 0}, "0 threads"),
        ("tba-mnist", {"digits": "{tmp}"}, "no train-images"),
        ("tba-sprites", {"digits": "{tmp}"}, "only mnist"),
    ],
)
def test_what_is_refused_leaves_nothing(tmp_path: Path, experiment, wrong, said) -> None:
    wrong = {key: tmp_path if value == "{tmp}" else value for key, value in wrong.items()}
    with pytest.raises(InputError, match=said):
        reproduce(experiment, tmp_path / "out", **TINY | wrong)
    assert list(tmp_path.iterdir()) == []


def test_processes_of_torchrun_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(0, 2, 29_500).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match="not torchrun"):
        reproduce("tba-sprites", tmp_path / "out", **TINY)
