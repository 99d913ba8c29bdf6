"""Which engine a run belongs to, and what is said where a command does not fit it."""

from pathlib import Path

import pytest
import torch

from animot.atttrack.config import TINY
from animot.atttrack.pair import DEFAULT_PERIOD
from animot.atttrack.policy import Always, Every
from animot.atttrack.stored import TrainedStudent, TrainedTeacher, teacher_lesson
from animot.atttrack.tracker import AttTrackTracker
from animot.data.crowd_sequence import crowd_sequences
from animot.engines import TakingTurns, load_model, open_model
from animot.errors import InputError
from animot.metrics import evaluate
from animot.saved import Model
from animot.stored_weights import read_weights
from animot.tracker import track
from made_tracking import made_model
from tiny_pair import write_run

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs of a teacher, of a student that it has taught, and of a student that learned alone."""
    folder = tmp_path_factory.mktemp("runs")
    teacher = write_run(folder / "teacher", "teacher")
    write_run(folder / "student", "student", teacher=teacher)
    write_run(folder / "plain", "plain")
    return folder


def test_a_run_is_recognised(runs: Path) -> None:
    assert isinstance(load_model(runs / "teacher"), TrainedTeacher)
    student = load_model(runs / "student")
    assert isinstance(student, TrainedStudent)
    assert student.role == "student"
    assert isinstance(load_model("sprites"), Model)


SHIPPED = {
    "crowd-student": Every(period=DEFAULT_PERIOD, carries=True),
    "crowd-student-layerwise": Every(period=DEFAULT_PERIOD, carries=False),
    "crowd-student-plain": Every(period=DEFAULT_PERIOD, carries=False),
}


@pytest.mark.parametrize("name", ["crowd-teacher", *SHIPPED])
def test_shipped_networks_are_small_and_say_how_they_were_made(name: str) -> None:
    shipped = load_model(name)
    for fact in ("command", "commit", "seed", "seconds", "scores", "test", "fingerprints"):
        assert fact in shipped.facts
    assert sum(p.numel() for p in shipped.network.parameters()) * 4 < 4e6


@pytest.mark.parametrize(("student", "policy"), SHIPPED.items())
def test_shipped_networks_track_a_crowd_together(student: str, policy: Every) -> None:
    pair = open_model("crowd-teacher", TakingTurns(student=student), CPU)
    assert pair.policy == policy
    (crowd,) = crowd_sequences("validate", 1, 20)
    scores = evaluate(track(AttTrackTracker(pair), crowd.frames()), crowd.truth)
    assert scores["MOTA"] > 0.75


def test_a_shipped_teacher_can_teach() -> None:
    stored = read_weights("crowd-teacher")
    assert teacher_lesson(stored.facts, stored.group("model")).network.config == TINY.teacher


def test_a_pair_is_opened_from_two_runs(runs: Path) -> None:
    pair = open_model(runs / "teacher", TakingTurns(student=runs / "student"), CPU)
    assert pair.policy == Every(period=DEFAULT_PERIOD, carries=True)
    turns = TakingTurns(student=runs / "plain", every=3, policy="naive-mix")
    assert open_model(runs / "teacher", turns, CPU).policy == Every(period=3, carries=False)
    assert open_model(runs / "teacher", TakingTurns(), CPU).policy == Always(teacher=True)
    assert open_model(runs / "plain", TakingTurns(), CPU).policy == Always(teacher=False)


def test_what_was_loaded_can_be_opened_and_a_pair_too(runs: Path) -> None:
    teacher, student = load_model(runs / "teacher"), load_model(runs / "student")
    pair = open_model(teacher, TakingTurns(student=student), CPU)
    assert pair.student is student.network
    assert open_model(pair, TakingTurns(), CPU) is pair
    with pytest.raises(InputError, match="a whole pair"):
        open_model(pair, TakingTurns(every=3), CPU)


@pytest.mark.parametrize(
    ("model", "student", "policy", "message"),
    [
        ("sprites", "{runs}/student", None, "the model is tba, which has no student"),
        ("sprites", None, "teacher", "the model is tba"),
        ("{runs}/teacher", "sprites", None, "sprites: holds a model of tba"),
        ("{runs}/teacher", "{runs}/teacher", None, "teacher: holds a teacher"),
        ("{runs}/student", "{runs}/student", None, "are both students"),
        ("{runs}/student", None, "atttrack", "atttrack needs a teacher"),
        ("{runs}/teacher", None, "atttrack", "atttrack needs a student"),
        ("{runs}/teacher", "{runs}/nobody", None, "nobody: no such model"),
        ("{runs}/nobody", "{runs}/student", None, "nobody: no such model"),
    ],
)
def test_what_does_not_fit_is_refused(
    runs: Path, model: str, student: str | None, policy: str | None, message: str
) -> None:
    turns = TakingTurns(
        student=None if student is None else student.format(runs=runs), policy=policy
    )
    with pytest.raises(InputError, match=message) as caught:
        open_model(model.format(runs=runs), turns, CPU)
    assert "\n" not in str(caught.value)


def test_a_model_of_tba_is_opened_as_it_is() -> None:
    model = made_model()
    assert open_model(model, TakingTurns(), CPU) is model


def test_another_teacher_is_noticed(runs: Path, tmp_path: Path) -> None:
    write_run(tmp_path / "other", "teacher", seed=4)
    with pytest.raises(InputError, match="learned from another teacher"):
        open_model(tmp_path / "other", TakingTurns(student=runs / "student"), CPU)


def test_damaged_runs_are_refused_by_name(tmp_path: Path) -> None:
    write_run(tmp_path / "odd", "teacher", said="boss")
    with pytest.raises(InputError, match=r"odd: the checkpoint does not .*role is 'boss'"):
        load_model(tmp_path / "odd")
