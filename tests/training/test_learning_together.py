"""Whole runs in several processes: as one would have learned, and how they end."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from animot import learning, numerics
from animot.errors import InputError
from animot.training import checkpoint
from animot.training.loop import NAME
from together import environment, finish, start, write_video

STEPS = 5
COMMAND = ["--size", "48x32", "--objects", "2", "--threads", "1"]
# In float32, so that rounding stays small.
LEARN = """
import os, signal, sys
from animot import learning, numerics
numerics.fastest_dtype = lambda _: "float32"

def stop(report):
    if report.step == int(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGTERM)

model = learning.learn(sys.argv[1], sys.argv[2], steps=int(sys.argv[3]), size=(48, 32), objects=2,
                       threads=1, on_step=stop)
print(model.facts["step"])
"""
MAIN = "from animot.cli import main; main()"


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "square.mp4"
    write_video(path)
    return path


def _learn(video: Path, run: Path, size: int, stop: int = 0) -> list[int]:
    """Learn in so many processes, perhaps only up to a step; the step each ended with."""
    if size == 1 and not stop:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(numerics, "fastest_dtype", lambda _: "float32")
            model = learning.learn(video, run, steps=STEPS, size=(48, 32), objects=2, threads=1)
        return [model.facts["step"]]
    ended = finish(start(size, LEARN, str(video), str(run), str(STEPS), str(stop)))
    assert [code for code, _, _ in ended] == [0] * size, ended
    return [int(out) for _, out, _ in ended]


@pytest.fixture(scope="module")
def alone(video: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("alone") / "run"
    assert _learn(video, run, 1) == [STEPS]
    return run


def _log(run: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]


def _assert_same_to_rounding(run: Path, other: Path) -> None:
    a, b = _log(run), _log(other)
    assert [line["step"] for line in a] == [line["step"] for line in b] == list(range(STEPS))
    for mine, yours in zip(a, b, strict=True):
        # float32: 24 bits, and sums over 8 clips of 10 frames of 48 x 32 pixels
        assert mine == pytest.approx(yours, rel=1e-4)
    first, second = (checkpoint.load(folder, NAME).tensors for folder in (run, other))
    assert first.keys() == second.keys()
    # Adam divides by the gradient's size. So where a gradient is nearly zero its rounding counts,
    # up to the whole way that a weight can have gone; on average it must not.
    way = sum(line["learning_rate"] for line in a)
    for name in (name for name in first if name.startswith("model/")):
        gap = (first[name] - second[name]).abs()
        assert gap.max() < 0.5 * way, name
        assert gap.mean() < 0.01 * way, name
    for name in (name for name in first if name.startswith("carried/")):
        torch.testing.assert_close(first[name], second[name], rtol=1e-3, atol=1e-3)


@pytest.mark.slow
def test_two_processes_learn_what_one_learns(video: Path, alone: Path, tmp_path: Path) -> None:
    assert _learn(video, tmp_path / "two", 2) == [STEPS, STEPS]
    _assert_same_to_rounding(tmp_path / "two", alone)


@pytest.mark.slow
@pytest.mark.parametrize(("before", "after"), [(2, 1), pytest.param(1, 2, marks=pytest.mark.slow)])
def test_a_run_goes_on_with_another_number_of_processes(
    video: Path, alone: Path, tmp_path: Path, before: int, after: int
) -> None:
    """A signal that comes to one process stops all of them after the same step."""
    run = tmp_path / "run"
    assert _learn(video, run, before, stop=3) == [3] * before
    saved = checkpoint.load(run, NAME)
    assert saved.facts["processes"] == before
    assert {len(rows) for rows in saved.group("carried").values()} == {8}
    assert _learn(video, run, after) == [STEPS] * after
    _assert_same_to_rounding(run, alone)


def test_a_refusal_is_said_once_and_ends_all(video: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    arguments = ["learn", str(video), "-o", str(tmp_path), "--steps", "1", *COMMAND]
    (code, _, said), (other_code, _, other_said) = finish(start(2, MAIN, *arguments))
    assert (code, other_code) == (2, 2)
    assert said.startswith("animot: ")
    assert "thesis.tex" in said
    assert len(said.splitlines()) == 1
    assert other_said == ""


def test_a_batch_that_cannot_be_shared_is_refused_before_anything_is_done(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(1, 3, 29500).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match="8 clips cannot be shared equally by 3 processes"):
        learning.learn(video, tmp_path / "run", steps=1)
    assert not (tmp_path / "run").exists()


def test_together_a_folder_must_be_given(video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(0, 2, 29500).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match="give out"):
        learning.learn(video, steps=1)


def _torchrun(video: Path, run: Path, answer: float) -> subprocess.Popen[str]:
    """`torchrun -m animot learn`, with a checkpoint every tenth of a second."""
    script = run.parent / "learn.py"
    script.write_text(
        "from animot.training import distributed, loop\n"
        "loop.SECONDS_BETWEEN_CHECKPOINTS = 0.1\n"
        f"distributed.SECONDS_TO_ANSWER = {answer}\n"
        "from animot.cli import main\nmain()\n"
    )
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2"]
    command += [f"--master-port={29400 + os.getpid() % 500}", str(script), "learn", str(video)]
    command += ["-o", str(run), "--steps", "100000", *COMMAND]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _process(launcher: int, rank: int) -> int:
    """The process that `torchrun` started with this rank."""
    children = Path(f"/proc/{launcher}/task/{launcher}/children").read_text().split()
    marks = {child: Path(f"/proc/{child}/environ").read_bytes().split(b"\0") for child in children}
    (found,) = (int(child) for child, mark in marks.items() if f"RANK={rank}".encode() in mark)
    return found


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="finds processes in /proc")
@pytest.mark.parametrize(
    ("rank", "number", "reason"),
    [(0, signal.SIGKILL, ""), (1, signal.SIGKILL, ""), (1, signal.SIGSTOP, "for 10 seconds")],
)
def test_a_process_that_dies_or_hangs_ends_the_run_in_a_clear_line(
    video: Path, tmp_path: Path, rank: int, number: signal.Signals, reason: str
) -> None:
    run = tmp_path / "run"
    launcher = _torchrun(video, run, answer=10.0 if reason else 300.0)
    try:
        end = time.monotonic() + 120
        while not (run / f"{NAME}.json").exists():
            assert time.monotonic() < end, "waited too long"
            time.sleep(0.1)
        os.kill(_process(launcher.pid, rank), number)
        _, said = launcher.communicate(timeout=90)
    finally:
        launcher.terminate()  # it ends its processes
    lines = [line for line in said.splitlines() if line.startswith("animot: ")]
    assert len(lines) == 1, said
    (line,) = lines
    assert line.startswith(f"animot: process {1 - rank} of 2: ")
    assert "another process of this run has ended" in line
    assert reason in line
    assert "the last checkpoint is intact" in line
    assert checkpoint.load(run, NAME).facts["step"] >= 1
