"""Learning a teacher and a student from labels: runs, resuming, and what is refused."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from animot import labelled_planning
from animot.atttrack.config import TransferConfig
from animot.atttrack.stored import TrainedStudent, TrainedTeacher
from animot.data.crowd import CrowdVideo
from animot.data.crowd_sequence import labelled_crowd
from animot.data.made_folder import write_labelled
from animot.errors import InputError
from animot.labelled_learning import learn_labelled
from animot.labelled_planning import LabelledOptions, open_data, plan_labelled
from animot.training import checkpoint
from animot.training.loop import NAME, Report
from tiny_pair import CONFIG, SMALL, write_run
from tiny_pair_learning import shrink

CLASSIFIER = "model/criterion.identity.classifier.weight"


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch.setattr)


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("runs") / "teacher"
    with pytest.MonkeyPatch.context() as patch:
        shrink(patch.setattr)
        learn_labelled("crowd", run, steps=3, threads=1)
    return run


def _tensors(run: Path) -> dict[str, torch.Tensor]:
    return checkpoint.load(run, NAME).tensors


def test_a_teacher_learns(tmp_path: Path) -> None:
    reports: list[Report] = []
    said: list[str] = []
    options = {"steps": 2, "threads": 1, "seed": 2}
    found = learn_labelled(
        "crowd", tmp_path / "run", on_step=reports.append, say=said.append, **options
    )
    assert isinstance(found, TrainedTeacher)
    assert found.config == CONFIG
    assert [report.step for report in reports] == [1, 2]
    assert {"loss", "detection", "identity"} <= reports[-1].numbers.keys()
    assert said[:2] == ["making a crowd", "reading crowd"]
    assert "2 sequences, 8 frames" in said[2]
    assert said[-1].startswith("finding people costs")
    assert found.facts["role"] == "teacher"
    assert len((tmp_path / "run" / "validation.jsonl").read_text().splitlines()) == 1
    other = learn_labelled("crowd", tmp_path / "other", **(options | {"seed": 3}))
    weight = "backbone.conv1.weight"
    first = found.network.state_dict()[weight]
    assert not torch.equal(other.network.state_dict()[weight], first)


@pytest.mark.parametrize("role", ["student", "aligned", "layerwise"])
def test_a_student_learns_from_its_teacher(teacher: Path, tmp_path: Path, role: str) -> None:
    found = learn_labelled(
        "crowd", tmp_path / "run", role=role, teacher=teacher, steps=2, threads=1
    )
    assert isinstance(found, TrainedStudent)
    assert found.role == role
    taught = checkpoint.load(teacher, "best")
    assert found.facts["teacher"] == taught.facts["sha256"]
    assert torch.equal(_tensors(tmp_path / "run")[CLASSIFIER], taught.tensors[CLASSIFIER])
    # It is the student that learns: the teacher's run is as it was, and no part of this one.
    assert not any("teacher" in name for name in _tensors(tmp_path / "run"))


def test_a_plain_student_learns_alone(tmp_path: Path) -> None:
    found = learn_labelled("crowd", tmp_path / "run", role="plain", steps=1, threads=1)
    assert found.role == "plain"
    assert found.facts["teacher"] is None


def test_frames_that_runs_share_are_kept_once(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    options = {"steps": 1, "threads": 1, "frames": shared}
    data = open_data(["crowd"], lambda _: None)
    first = learn_labelled(data, tmp_path / "run", **options)
    made = {path.name: path.stat().st_mtime_ns for path in shared.iterdir()}
    assert sorted(made) == sorted(
        f"frames-{use}-{number}.{kind}"
        for use, number in (("learned", 0), ("learned", 1), ("held-out", 0))
        for kind in ("json", "npy")
    )
    assert not list((tmp_path / "run").glob("frames-*"))
    learn_labelled("crowd", tmp_path / "other", role="plain", **options)
    assert {path.name: path.stat().st_mtime_ns for path in shared.iterdir()} == made
    assert first.facts["finished"]


def test_an_ablation_is_kept_with_the_student(teacher: Path, tmp_path: Path) -> None:
    options = {"role": "student", "teacher": teacher, "steps": 1, "threads": 1}
    found = learn_labelled("crowd", tmp_path / "run", ablation="convex", **options)
    assert found.config.transfer == TransferConfig(fusion="convex")
    with pytest.raises(InputError, match="with ablation 'convex', not None"):
        learn_labelled("crowd", tmp_path / "run", **options)


def test_stopped_and_gone_on_is_bit_for_bit_the_same(teacher: Path, tmp_path: Path) -> None:
    """Two steps in one go, and with a stop after the first."""

    def stop(report: Report) -> None:
        signal.raise_signal(signal.SIGINT)

    for role, given in (("teacher", None), ("student", teacher)):
        options = {"role": role, "teacher": given, "steps": 2, "threads": 1}
        whole, parts = tmp_path / f"{role}-whole", tmp_path / f"{role}-parts"
        learn_labelled("crowd", whole, **options)
        stopped = learn_labelled("crowd", parts, on_step=stop, **options)
        assert not stopped.facts["finished"]
        assert checkpoint.load(parts, NAME).facts["step"] == 1
        learn_labelled("crowd", parts, **options)
        expected, found = _tensors(whole), _tensors(parts)
        assert expected.keys() == found.keys()
        assert all(torch.equal(expected[name], found[name]) for name in expected)


@pytest.mark.slow
def test_a_teacher_killed_and_gone_on_is_bit_for_bit_the_same(tmp_path: Path) -> None:
    script = Path(__file__).parent / "tiny_pair_learning.py"
    parts = tmp_path / "parts"

    def start(run: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, str(script), str(run), "120"])

    def step() -> int:
        path = parts / f"{NAME}.json"
        return int(json.loads(path.read_text())["step"]) if path.exists() else 0

    assert start(tmp_path / "whole").wait() == 0
    for goal in (20, 50, 90):
        process = start(parts)
        while step() < goal:
            assert process.poll() is None
            time.sleep(0.05)
        process.kill()
        process.wait()
        assert goal <= step() < 120
    assert start(parts).wait() == 0
    whole, found = _tensors(tmp_path / "whole"), _tensors(parts)
    assert all(torch.equal(whole[name], found[name]) for name in whole)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"role": "boss"}, "no role boss; give one of teacher, plain"),
        ({"role": "student"}, "a student learns from a teacher; give its run with --teacher"),
        ({"role": "teacher", "teacher": "{teacher}"}, "learns alone; leave --teacher out"),
        ({"role": "student", "teacher": "nowhere"}, "nowhere: no such model"),
        ({"role": "student", "teacher": "sprites"}, "sprites: .*engine is 'tba', not atttrack"),
        ({"preset": "huge"}, "no preset huge of atttrack"),
        ({"ablation": "glue", "role": "student"}, "no ablation glue"),
        ({"ablation": "convex"}, "a teacher has no help"),
        ({"every": 1}, "no frame lies between key frames"),
        ({"seed": -1}, "-1 is no seed"),
        ({"steps": 0}, "more than 0"),
        ({"threads": 0}, "0 threads"),
    ],
)
def test_what_cannot_be_learned_leaves_no_trace(
    teacher: Path, tmp_path: Path, options: dict[str, object], message: str
) -> None:
    given = {k: v.format(teacher=teacher) if isinstance(v, str) else v for k, v in options.items()}
    with pytest.raises(InputError, match=message) as caught:
        learn_labelled("crowd", tmp_path / "run", **({"steps": 1} | given))
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "run").exists()


def test_torchrun_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RANK", "LOCAL_RANK"):
        monkeypatch.setenv(name, "0")
    for name in ("WORLD_SIZE", "LOCAL_WORLD_SIZE"):
        monkeypatch.setenv(name, "2")
    monkeypatch.setenv("MASTER_ADDR", "localhost")
    monkeypatch.setenv("MASTER_PORT", "1")
    with pytest.raises(InputError, match="without torchrun"):
        learn_labelled("crowd", tmp_path / "run", steps=1)


def test_teacher_and_student_meet_the_same_people(
    teacher: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labelled_planning, "CROWD_SCENES", 3)
    with pytest.raises(InputError, match="learned with other sequences"):
        learn_labelled("crowd", tmp_path / "run", role="student", teacher=teacher, steps=1)
    write_run(tmp_path / "full", "teacher", preset="full")
    with pytest.raises(InputError, match="learned with another preset"):
        learn_labelled(
            "crowd", tmp_path / "run", role="student", teacher=tmp_path / "full", steps=1
        )


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sequences of a crowd, of 5 and 8 frames, as MOTChallenge has them."""
    folder = tmp_path_factory.mktemp("recordings")
    for stream, length in ((3, 5), (4, 8)):
        made = labelled_crowd(CrowdVideo(1, height=64, width=160), stream, length)
        write_labelled(made, folder / f"crowd-{stream}")
    return folder


def test_the_first_half_of_each_recording_is_learned(recordings: Path, tmp_path: Path) -> None:
    data = open_data([str(recordings)], pytest.fail)
    assert [one.num_frames for one in data.learned] == [2, 4]
    assert [one.num_frames for one in data.held_out] == [3, 4]
    plan = plan_labelled(data, tmp_path, LabelledOptions(role="teacher", every=4, seed=9))
    assert [one.num_frames for one in plan.source.sequences] == [2, 4]
    assert [one.num_frames for one in plan.held_out.sequences] == [3, 4]
    assert (plan.source.max_gap, plan.source.seed, plan.held_out.seed) == (3, 9, 0)
    assert plan.source.sequences[0].width == CONFIG.frame_size[1]
    assert plan.config.teacher == SMALL


def test_recordings_are_learned_and_must_stay_the_same(recordings: Path, tmp_path: Path) -> None:
    options = {"steps": 1, "threads": 1}
    found = learn_labelled(recordings, tmp_path / "run", **options)
    assert isinstance(found, TrainedTeacher)
    settings = json.loads((tmp_path / "run" / "settings.json").read_text())
    assert len(settings["fingerprints"]) == 2
    truth = recordings / "crowd-4" / "gt" / "gt.txt"
    rows = truth.read_text()
    truth.write_text("\n".join(rows.splitlines()[1:]) + "\n")
    with pytest.raises(InputError, match="before a video was edited"):
        learn_labelled(recordings, tmp_path / "run", **options)
    truth.write_text(rows)


def test_a_run_of_another_configuration_is_not_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"steps": 1, "threads": 1}
    learn_labelled("crowd", tmp_path / "run", **options)
    training = labelled_planning.TRAINING["tiny"]
    slower = {"tiny": type(training)(**(vars(training) | {"learning_rate": 1e-5}))}
    monkeypatch.setattr(labelled_planning, "TRAINING", slower)
    with pytest.raises(InputError, match="begun with another model or another way"):
        learn_labelled("crowd", tmp_path / "run", **options)
