"""The whole line with a tiny budget: learned, scored, timed, gone on with, shared."""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import pytest
import torch

from animot import labelled_planning
from animot.atttrack import pair
from animot.atttrack.heads import Heads
from animot.atttrack.policy import POLICIES
from animot.errors import InputError
from animot.reproduce.atttrack import timing, work
from animot.reproduce.atttrack.result import read_learned, read_scored
from animot.reproduce.atttrack.run import reproduce, write_tables
from animot.training.loop import Report
from tiny_pair import LOW
from tiny_pair_learning import shrink
from together import environment

TINY = {"steps": 1, "sequences": 2, "frames": 5, "threads": 1, "periods": [2, 3], "seeds": 1}


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small(monkeypatch)


def make_small(patch: pytest.MonkeyPatch) -> None:
    """Small networks that find much, and a short pass of timing."""
    shrink(patch.setattr)
    patch.setattr(pair, "ASSOCIATION", LOW)
    patch.setattr(timing, "ROUNDS", 1)
    patch.setattr(work, "TIMED_FRAMES", 3)
    made = Heads.__init__

    def init(heads: Heads, *sizes: int) -> None:
        made(heads, *sizes)
        torch.nn.init.normal_(heads.heat[-1].weight, std=9.0)
        with torch.no_grad():
            heads.ltrb[-1].bias[:] = torch.tensor([0.6, 1.6, 0.6, 1.6])

    patch.setattr(Heads, "__init__", init)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished reproduction."""
    pytest.importorskip("matplotlib")
    out = tmp_path_factory.mktemp("whole") / "out"
    with pytest.MonkeyPatch.context() as patch:
        make_small(patch)
        assert reproduce("crowd", out, ablations=["box"], **TINY) == out
    return out


def rows(page: str, heading: str) -> list[list[str]]:
    """Cells of the table below a heading, the heading of the table left out."""
    below = page.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in below.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_from_nothing_to_tables_and_figures(whole: Path) -> None:
    files = {path.name for path in whole.iterdir() if path.is_file()}
    made = {"table.md", "table.json", "accuracy-speed.png", "staleness.png"}
    assert files == made | {"reproduction.json", "reproduction.lock"}
    names = ["layerwise", "plain", "student-box", "student", "teacher"]
    learned = read_learned(whole)
    assert list(learned) == [f"{name}-seed1" for name in names]
    assert {one.steps for one in learned.values()} == {1}
    page = (whole / "table.md").read_text()
    ours = rows(page, "Accuracy and speed")
    turns = ["linear mix", "Naive-Mix", "Layerwise", "AttTrack (ours)"]
    turns.append("AttTrack, adaptive key frames")
    alone = ["Teacher-only", "Student-only", "Student-only + alignment"]
    controls = ["zero velocity", "shuffled tracks", "true tracks", "fresh features at every frame"]
    first = [f"looks first: {name}" for name in [*alone[:2], *turns[1:4]]]
    last = [*first, *(f"control: {name}" for name in controls), "learned with box"]
    assert [row[0] for row in ours] == [*alone, *turns, *turns, *last]
    assert [row[1] for row in ours] == ["-"] * 3 + ["2"] * 5 + ["3"] * 5 + ["-"] * 2 + ["3"] * 8
    assert [row[7] for row in ours if row[0] == "Naive-Mix"] == ["0.60", "0.40"]  # 3 and 2 of 5
    assert all("(" in row[2] for row in ours)
    assert all((row[8] == "-") == (row[0] in last) for row in ours)  # frames a second
    assert len(rows(page, "Differences")) == 2 + 2 * 6 + 7 + 5
    for picture in ("accuracy-speed.png", "staleness.png"):
        assert cv2.imread(str(whole / picture)).shape == (675, 1050, 3)


def test_counts_add_up(whole: Path) -> None:
    scored = read_scored(whole)
    assert len(scored) == 3 + 2 * 4 + 5 + 5
    for one in scored:
        method = one.cell.row.method
        assert [s.frames for s in one.sequences] == [5, 5]
        assert len({s.sequence for s in one.sequences}) == 2
        assert bool(one.gaps) == method.needs_teacher
        for name in ("frames", "truth", "fp", "fn", "switches") if one.gaps else ():
            total = sum(getattr(s, name) for s in one.sequences)
            assert sum(getattr(gap, name) for gap in one.gaps) == total
        for s in one.sequences:
            assert s.idtp + s.idfn == s.truth > 10
            assert s.idtp + s.idfp == s.truth - s.fn + s.fp


def test_controls_are_given_something_else(whole: Path) -> None:
    """Than AttTrack; and the student, which nobody helps, than in Naive-Mix."""
    scored = read_scored(whole)
    counts = {one.cell.row.name: one.sequences for one in scored if one.cell.row.every != 2}
    names = ["atttrack", *(name for name in counts if name.startswith("control-"))]
    assert len(names) == 5
    assert len({counts[name] for name in names}) >= 4
    assert sum(one.truth - one.fn for one in counts["teacher"]) > 2


def test_the_same_command_changes_nothing(whole: Path) -> None:
    said: list[str] = []
    before = {path: path.read_bytes() for path in whole.rglob("*.json")}
    (whole / "table.md").unlink()
    reproduce("crowd", whole, ablations=["box"], **TINY, say=said.append, on_step=pytest.fail)
    assert "teacher, seed 1: is finished" in said
    assert (whole / "table.md").exists()
    assert {path: path.read_bytes() for path in whole.rglob("*.json")} == before


def test_another_task_is_refused(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="with frames 5, not 8"):
        reproduce("crowd", whole, **TINY | {"frames": 8})
    with monkeypatch.context() as patch:
        patch.setattr(pair, "ASSOCIATION", replace(LOW, looks_weight=0.5))
        with pytest.raises(InputError, match="holds a reproduction with association"):
            reproduce("crowd", whole, **TINY)
    slower = replace(labelled_planning.TRAINING["tiny"], learning_rate=1e-5)
    monkeypatch.setattr(labelled_planning, "TRAINING", {"tiny": slower})
    with pytest.raises(InputError, match="holds a reproduction with training"):
        reproduce("crowd", whole, **TINY)


def test_the_json_has_the_same_numbers(whole: Path) -> None:
    content = json.loads((whole / "table.json").read_text())
    assert content["seeds"] == [1]
    assert content["printed"]["MOT17"]["turns"]["layerwise"]["6"] == [56.7, 17.91]
    mixed = content["linear mix"]["3"]["MOTA"]["value"]
    both = [content["rows"][name]["MOTA"]["value"] for name in ("teacher", "student")]
    assert mixed == pytest.approx(both[0] / 3 + 2 * both[1] / 3)
    assert set(content["rows"]["atttrack-every3"]["by frames since the key frame"]) == {
        "0",
        "1",
        "2",
    }
    assert len(content["times"]["rows"]) == 3 + 2 * 4
    assert content["task"]["difficulty"]["contrast"] == 45.0


def test_tables_of_a_half_finished_folder(whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "half"
    shutil.copytree(whole, out, ignore=shutil.ignore_patterns("frames", "run"))
    (out / "time" / "times.json").unlink()
    page = write_tables(out)
    assert "Time is not measured yet" in page
    assert {row[8] for row in rows(page, "Accuracy and speed")} == {"-"}
    for path in out.glob("scores/*"):
        if not path.name.startswith(("atttrack-every", "naive-mix-every")):
            shutil.rmtree(path)
    page = write_tables(out)
    assert page == (out / "table.md").read_text()
    assert [row[0] for row in rows(page, "Accuracy and speed")] == [
        "Naive-Mix",
        "AttTrack (ours)",
    ] * 2
    assert [row[0] for row in rows(page, "Differences")] == ["AttTrack (ours) - Naive-Mix"] * 2
    shutil.rmtree(out / "scores")
    with pytest.raises(InputError, match="no row is scored yet"):
        write_tables(out)
    with pytest.raises(InputError, match="holds no reproduction"):
        write_tables(tmp_path / "nowhere")


def test_a_damaged_result_is_one_line(whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "half"
    shutil.copytree(whole, out, ignore=shutil.ignore_patterns("frames", "run"))
    for name in ("scores/teacher-seed1/scores", "networks/plain-seed1/learned", "time/times"):
        path = out / f"{name}.json"
        sound = path.read_text()
        path.write_text(sound.replace("{", "[", 1))
        with pytest.raises(InputError, match=r"is damaged .*; remove it") as error:
            write_tables(out)
        assert str(path) in str(error.value)
        assert "\n" not in str(error.value)
        path.write_text(sound)


def test_an_interrupt_saves_and_the_same_command_goes_on(tmp_path: Path) -> None:
    def stop(_: Report) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    said: list[str] = []
    asked = TINY | {"ablations": (), "steps": 2, "say": said.append}
    reproduce("crowd", tmp_path, **asked, on_step=stop)
    assert read_learned(tmp_path) == {}
    assert said[-1].startswith("stopped and saved")
    steps: list[int] = []

    def stop_student(report: Report) -> None:
        steps.append(report.step)
        if len(steps) == 2:
            os.kill(os.getpid(), signal.SIGINT)

    reproduce("crowd", tmp_path, **asked, on_step=stop_student)
    assert steps == [2, 1]  # the teacher goes on, the next network is stopped
    assert list(read_learned(tmp_path)) == ["teacher-seed1"]


SHARED = """
import sys
from animot.reproduce.atttrack import timing, work
from animot.reproduce.atttrack.run import reproduce
from tiny_pair_learning import shrink

shrink(setattr)
timing.ROUNDS, work.TIMED_FRAMES = 1, 3
reproduce("crowd", sys.argv[1], periods=[2], seeds=2, ablations=(), steps=2, sequences=2, frames=5,
          threads=1, say=print)
"""


@pytest.mark.slow
def test_two_processes_share_the_cells(tmp_path: Path) -> None:
    """Nothing is done twice, students wait for their teacher, and time is measured at the end."""
    tests = Path(__file__).parents[2]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", SHARED, str(tmp_path / "out")],
            stdout=subprocess.PIPE,
            text=True,
            cwd=tests,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=240)[0].splitlines() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    learned = [line for lines in said for line in lines if line.endswith(": learning")]
    tracked = [line for lines in said for line in lines if ": tracking" in line]
    timed = [line for lines in said for line in lines if line.endswith("one pass")]
    assert (len(learned), len(set(learned))) == (8, 8)
    assert (len(tracked), len(set(tracked))) == (2 * 16, 2 * 16)
    assert len(timed) == 1
    assert all(any(line in learned for line in lines) for lines in said)  # both had work
    assert len(read_scored(tmp_path / "out")) == 2 * 16
    assert "Rows took turns" in (tmp_path / "out" / "table.md").read_text()


@pytest.mark.parametrize(
    ("data", "wrong", "said"),
    [
        ("crowd", {"periods": [1, 2]}, "K is from 2 to 6"),
        ("crowd", {"periods": []}, "K is from 2 to 6"),
        ("crowd", {"seeds": 0}, "0 seeds"),
        ("crowd", {"frames": 1}, "1 frames cannot be scored"),
        ("crowd", {"sequences": 0}, "0 sequences cannot be scored"),
        ("crowd", {"ablations": ["glue"]}, "no ablation glue"),
        ("crowd", {"preset": "huge"}, "no preset huge"),
        ("crowd", {"threads": 0}, "0 threads"),
        ("crowd", {"minutes": 1.0}, "either --steps or --minutes"),
        ("pets09", {}, "leave --sequences and --frames out"),
        ("pets09", {"sequences": None, "frames": None}, "has no vtest.avi"),
        ("nowhere", {"sequences": None, "frames": None}, "no such folder"),
    ],
)
def test_what_is_refused_leaves_nothing(
    tmp_path: Path, data, wrong, said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANIMOT_DATA", str(tmp_path))
    with pytest.raises(InputError, match=said) as error:
        reproduce(data, tmp_path / "out", **TINY | wrong)
    assert "\n" not in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_processes_of_torchrun_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(0, 2, 29_500).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match="not torchrun"):
        reproduce("crowd", tmp_path / "out", **TINY)


def test_controls_are_for_experiments_alone() -> None:
    assert not any("control" in name for name in POLICIES)
