"""The doctor alone, and in the loop with a patient that falls ill and can be cured."""

import json
import os
import signal
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from animot.ailment import Ailment
from animot.errors import InputError
from animot.training import checkpoint, loop
from animot.training.doctor import MEASUREMENTS, CaseHistory, Doctor
from animot.training.loop import NAME, Report
from animot.training.run_folder import LOG
from animot.training.schedule import Budget, TrainingConfig

CONFIG = TrainingConfig(batch_size=2, clip_length=3, re_warms=2, validate_every=10)
FAINT = Ailment(
    name="faint",
    sign="pulse",
    per=None,
    limit=0.5,
    above=False,
    seen="a pulse of {value:.2f}",
    advice="lie down",
    re_warm=True,
)
RASH = Ailment(
    name="rash", sign="spots", per="skin", limit=0.3, above=True, seen="{percent:.0f} %", advice="x"
)
WELL = {"gradient_norm": 1.0, "pulse": 1.0, "spots": 1.0, "skin": 10.0}
ILL = WELL | {"pulse": 0.25}


def _doctor(most: int = 2, **facts: object) -> Doctor:
    return Doctor((FAINT, RASH), most, Path("run"), {"doctor": facts} if facts else {})


def _examine(doctor: Doctor, numbers: dict[str, float], times: int = MEASUREMENTS, step: int = 1):
    return [line for n in range(times) for line in doctor.examine(step + n, numbers)]


def test_the_healthy_hear_nothing() -> None:
    doctor = _doctor()
    assert _examine(doctor, WELL, 50) == []
    assert doctor.history.re_warmed == 0


def test_what_does_not_last_is_no_illness() -> None:
    doctor = _doctor()
    _examine(doctor, WELL)
    assert _examine(doctor, ILL | {"pulse": -100.0}, 1) == []
    assert _examine(doctor, ILL, MEASUREMENTS - 2) == []
    assert _examine(doctor, WELL) == []


def test_steps_without_signs_do_not_count() -> None:
    doctor = _doctor()
    assert _examine(doctor, {"gradient_norm": 1.0, "loss": 3.0}, 20) == []
    assert len(_examine(doctor, ILL, MEASUREMENTS - 1)) == 0
    assert len(_examine(doctor, ILL, 1)) == 1


def test_what_can_be_cured_is_and_not_twice_in_a_row() -> None:
    doctor = _doctor()
    said = [
        "faint: a pulse of 0.25; the warm-up starts again (1 of at most 2 times)",
        "faint: a pulse of 0.25; the warm-up starts again (2 of at most 2 times)",
        "faint: a pulse of 0.25; lie down",
    ]
    steps = [MEASUREMENTS, 2 * MEASUREMENTS, 3 * MEASUREMENTS]
    expected = [f"step {step}: {line}" for step, line in zip(steps, said, strict=True)]
    assert _examine(doctor, ILL, 10 * MEASUREMENTS) == expected
    assert doctor.history.warm_from == 2 * MEASUREMENTS
    assert doctor.history.re_warmed == 2


def test_without_leave_to_act_it_is_said_once() -> None:
    doctor = _doctor(most=0)
    lines = _examine(doctor, ILL | {"spots": 4.0}, 50)
    assert lines == [
        f"step {MEASUREMENTS}: faint: a pulse of 0.25; lie down",
        f"step {MEASUREMENTS}: rash: 40 %; x",
    ]
    assert doctor.history.warm_from == 0


def test_what_no_warm_up_cures_is_only_said() -> None:
    doctor = _doctor()
    assert _examine(doctor, WELL | {"spots": 4.0}, 20) == [f"step {MEASUREMENTS}: rash: 40 %; x"]
    assert doctor.history.re_warmed == 0


def test_a_gradient_that_is_not_finite_is_said_once() -> None:
    doctor = _doctor()
    lines = _examine(doctor, ILL | {"gradient_norm": float("nan")}, 9, step=7)
    assert len(lines) == 1
    assert lines[0].startswith("step 7: not finite: the gradient; the weights stay")
    assert doctor.history.signs == ()


def test_signs_that_are_not_finite_are_left_out() -> None:
    doctor = _doctor()
    assert _examine(doctor, ILL | {"skin": float("inf")}, 20) == []
    json.dumps(doctor.facts(), allow_nan=False)


def test_the_history_survives_a_checkpoint() -> None:
    doctor = _doctor()
    _examine(doctor, ILL, MEASUREMENTS + 2)
    facts = json.loads(json.dumps(doctor.facts() | {"step": 99}))
    again = Doctor((FAINT, RASH), 2, Path("run"), facts)
    assert again.history == doctor.history
    assert len(again.history.signs) == 2


@pytest.mark.parametrize(
    "facts",
    [
        {"mood": "good"},
        {"warm_from": -1},
        {"warm_from": 10**400},  # later than the run has come
        {"re_warmed": -1},
        {"signs": [{"pulse": 1.0}]},
        {"signs": [{"pulse": float("inf"), "spots": 1.0, "skin": 1.0}]},
    ],
)
def test_a_foreign_history_is_refused(facts: dict[str, object]) -> None:
    with pytest.raises(InputError, match="run: the checkpoint does not say what the doctor saw"):
        _doctor(**facts)


class Patient:
    """Falls ill at a step, and is well again while warm: for so many steps from a step on."""

    ailments = (FAINT,)

    def __init__(self, ill_from: int, warm_steps: int = 6) -> None:
        torch.manual_seed(3)
        self.model = nn.Linear(2, 1)
        self.ill_from, self.warm_steps = ill_from, warm_steps
        self.warm_from = 0
        self.age = torch.zeros(2)

    def step(self, step: int) -> dict[str, float]:
        warm = step - self.warm_from < self.warm_steps
        self.age = self.age + 1
        inputs = torch.randn(5, 2, generator=torch.Generator().manual_seed(step))
        loss = (self.model(inputs) - inputs[:, :1] - 3.0 * warm).square().mean()
        loss.backward()
        numbers = {"loss": loss.item(), "age": self.age[0].item()}
        return numbers if warm else numbers | {"pulse": float(step < self.ill_from)}

    def validate(self, batches: int, _: object) -> dict[str, float]:
        return {"loss": batches * self.model.weight.square().sum().item()}

    def carried(self) -> dict[str, Tensor]:
        return {"age": self.age}

    def carry(self, tensors: dict[str, Tensor]) -> None:
        self.age = tensors.get("age", torch.zeros(2))

    def warm_up_from(self, step: int) -> None:
        self.warm_from = step


def _learn(folder: Path, config: TrainingConfig = CONFIG, **options: object) -> bool:
    folder.mkdir(exist_ok=True)
    return loop.learn(Patient(ill_from=12), config, Budget(steps=50), folder, {}, **options)


def _log(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / LOG).read_text().splitlines()]


def test_the_loop_warms_up_again_and_logs_and_reports_it(tmp_path: Path) -> None:
    reports: list[Report] = []
    assert _learn(tmp_path, on_step=reports.append)
    # Ill from step 12 on, for five measurements; then warm for six steps.
    found = {report.step: report.findings for report in reports if report.findings}
    assert list(found) == [12 + 5, 17 + 6 + 5, 28 + 6 + 5]
    assert "starts again (1 of at most 2" in found[17][0]
    assert found[39] == ["step 39: faint: a pulse of 0.00; lie down"]
    log = _log(tmp_path)
    assert {entry["step"] + 1: entry["findings"] for entry in log if "findings" in entry} == found
    # The trackers started anew, too.
    ages = [entry["age"] for entry in log]
    assert ages == [*range(1, 18), *range(1, 12), *range(1, 23)]


def test_without_leave_the_loop_leaves_learning_alone(tmp_path: Path) -> None:
    assert _learn(tmp_path, replace(CONFIG, re_warms=0))
    assert [entry["age"] for entry in _log(tmp_path)] == list(range(1, 51))
    assert sum("findings" in entry for entry in _log(tmp_path)) == 1


def test_stopped_at_any_step_and_resumed_is_bit_for_bit_the_same(tmp_path: Path) -> None:
    """In the middle of a second warm-up, and with measurements pending."""
    assert _learn(tmp_path / "whole")
    for step in (13, 14, 15, 17, 23, 26, 29, 36):

        def stop(report: Report, step: int = step) -> None:
            if report.step == step:
                os.kill(os.getpid(), signal.SIGINT)

        assert not _learn(tmp_path / "parts", on_step=stop)
    assert _learn(tmp_path / "parts")
    whole, parts = (checkpoint.load(tmp_path / run, NAME) for run in ("whole", "parts"))
    assert all(torch.equal(whole.tensors[key], parts.tensors[key]) for key in whole.tensors)
    assert whole.facts["doctor"] == parts.facts["doctor"]
    assert whole.facts["doctor"]["re_warmed"] == 2
    assert _log(tmp_path / "whole") == _log(tmp_path / "parts")


def test_an_old_checkpoint_has_no_history_and_is_gone_on_with() -> None:
    assert Doctor((FAINT,), 2, Path("run"), {"step": 3}).history == CaseHistory()
    assert asdict(CaseHistory())["warm_from"] == 0
