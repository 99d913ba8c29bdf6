import json
import os
import signal
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from animot.ailment import Ailment
from animot.errors import InputError
from animot.training import checkpoint, loop
from animot.training.loop import NAME, Report
from animot.training.run_folder import LOG, VALIDATION
from animot.training.schedule import Budget, TrainingConfig
from animot.training.validation import BEST, Standing, Validation, percent, summary

# The weight grows by 0.01 a step; validated at 0.02, 0.04, ..., it is best at step 6.
CONFIG = TrainingConfig(
    batch_size=2, clip_length=3, learning_rate=0.01, validate_every=2, patience=3
)
BEST_WEIGHT = 0.055


class Climber:
    """Its weight grows for ever, past the value at which it is best on held-out data."""

    ailments: tuple[Ailment, ...] = ()

    def __init__(self, broken: range = range(0)) -> None:
        self.model = nn.Linear(1, 1, bias=False)
        nn.init.zeros_(self.model.weight)
        self.broken = broken
        self.batches: list[int] = []

    @property
    def weight(self) -> float:
        return self.model.weight.item()

    def step(self, step: int) -> dict[str, float]:
        noise = torch.rand((), generator=torch.Generator().manual_seed(step)).item()
        loss = -(1 + noise / 10) * self.model.weight.sum()
        loss.backward()
        return {"loss": loss.item(), "objects_on": 0.0}

    def validate(self, batches: int, _: object) -> dict[str, float]:
        self.batches.append(batches)
        if round(100 * self.weight) in self.broken:
            return {"loss": float("nan")}
        return {"loss": 1 + abs(self.weight - BEST_WEIGHT), "explained": self.weight}

    def carried(self) -> dict[str, Tensor]:
        return {}

    def carry(self, tensors: dict[str, Tensor]) -> None:
        pass

    def warm_up_from(self, step: int) -> None:
        pass


def _learn(folder: Path, config: TrainingConfig = CONFIG, steps: int = 40, **options) -> bool:
    folder.mkdir(exist_ok=True)
    learner = options.pop("learner", None) or Climber()
    return loop.learn(learner, config, Budget(steps=steps), folder, {"a": 1}, **options)


def _weight(folder: Path, name: str) -> float:
    return checkpoint.load(folder, name).group("model")["weight"].item()


def _step(folder: Path, name: str) -> int:
    return checkpoint.load(folder, name).facts["step"]


def _validations(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / VALIDATION).read_text().splitlines()]


def test_the_best_weights_are_kept_beside_the_last(tmp_path: Path) -> None:
    assert _learn(tmp_path, replace(CONFIG, patience=None), steps=20)
    assert (_step(tmp_path, BEST), _step(tmp_path, NAME)) == (6, 20)
    assert _weight(tmp_path, BEST) == pytest.approx(0.06, abs=2e-3)
    assert _weight(tmp_path, NAME) == pytest.approx(0.2, abs=5e-3)
    best = checkpoint.load(tmp_path, BEST)
    assert best.facts["a"] == 1
    assert best.facts["validation"] == checkpoint.load(tmp_path, NAME).facts["validation"] | {
        "waited": 0
    }
    assert best.group("optimizer")


def test_learning_stops_when_patience_is_at_its_end(tmp_path: Path) -> None:
    reports: list[Report] = []
    assert _learn(tmp_path, on_step=reports.append)
    assert [report.step for report in reports] == list(range(1, 13))  # 6 + 3 validations
    assert _step(tmp_path, NAME) == 12
    assert _step(tmp_path, BEST) == 6
    assert _learn(tmp_path, on_step=reports.append)
    assert len(reports) == 12


def test_validations_are_logged_and_reported(tmp_path: Path) -> None:
    reports: list[Report] = []
    learner = Climber()
    _learn(tmp_path, learner=learner, on_step=reports.append)
    assert [entry["step"] for entry in _validations(tmp_path)] == [1, 3, 5, 7, 9, 11]
    assert reports[0].validation == {}
    assert reports[3].validation["explained"] == _validations(tmp_path)[1]["explained"]
    assert reports[-1].validation["explained"] == pytest.approx(_weight(tmp_path, BEST))
    assert set(learner.batches) == {1}


def test_the_end_of_the_budget_is_validated_too(tmp_path: Path) -> None:
    assert _learn(tmp_path / "steps", steps=5)
    assert [entry["step"] for entry in _validations(tmp_path / "steps")] == [1, 3, 4]
    config = replace(CONFIG, validate_every=10**9, patience=None)
    (tmp_path / "minutes").mkdir()
    loop.learn(Climber(), config, Budget(minutes=1e-3), tmp_path / "minutes", {})
    assert len(_validations(tmp_path / "minutes")) == 1
    assert _step(tmp_path / "minutes", BEST) == _step(tmp_path / "minutes", NAME)


def test_validation_counts_in_the_time_and_shows_a_twentieth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = Climber()
    seconds = iter(range(10**6))
    monkeypatch.setattr(loop.time, "monotonic", lambda: float(next(seconds)))
    monkeypatch.setattr(loop, "SECONDS_BETWEEN_CHECKPOINTS", 1e9)
    _learn(tmp_path, replace(CONFIG, validate_every=140), steps=140, learner=learner)
    # Each clock reading is a second: one between the two of a step, one between the two of the
    # validation.
    assert checkpoint.load(tmp_path, NAME).facts["seconds"] == 140 + 1
    assert learner.batches == [7]


def test_learning_is_the_same_with_and_without_validation(tmp_path: Path) -> None:
    assert _learn(tmp_path / "often", replace(CONFIG, validate_every=1, patience=None))
    assert _learn(tmp_path / "seldom", replace(CONFIG, validate_every=1000))
    assert _weight(tmp_path / "often", NAME) == _weight(tmp_path / "seldom", NAME)
    logs = [(tmp_path / run / LOG).read_text() for run in ("often", "seldom")]
    assert logs[0] == logs[1]


def test_what_is_not_finite_is_never_the_best(tmp_path: Path) -> None:
    assert _learn(tmp_path, learner=Climber(broken=range(5, 8)))
    assert _step(tmp_path, BEST) == 4
    assert np.isnan(_validations(tmp_path)[2]["loss"])
    assert _learn(tmp_path / "never", learner=Climber(broken=range(100)))
    assert not (tmp_path / "never" / f"{BEST}.json").exists()
    assert _step(tmp_path / "never", NAME) == 6


def _same_runs(one: Path, other: Path) -> None:
    for name in (NAME, BEST):
        a, b = checkpoint.load(one, name), checkpoint.load(other, name)
        assert a.tensors.keys() == b.tensors.keys()
        assert all(torch.equal(a.tensors[key], b.tensors[key]) for key in a.tensors)
        assert a.facts["validation"] == b.facts["validation"]
        assert a.facts["step"] == b.facts["step"]
    for log in (LOG, VALIDATION):
        assert (one / log).read_text() == (other / log).read_text()


def test_stopped_in_the_middle_of_a_patience_count_and_resumed_is_the_same(tmp_path: Path) -> None:
    assert _learn(tmp_path / "whole")
    for step in (3, 6, 7, 8, 11):

        def stop(report: Report, step: int = step) -> None:
            if report.step == step:
                os.kill(os.getpid(), signal.SIGINT)

        assert not _learn(tmp_path / "parts", on_step=stop)
        assert _step(tmp_path / "parts", NAME) == step
        with (tmp_path / "parts" / VALIDATION).open("a") as log:  # killed before the checkpoint
            log.write(json.dumps({"step": step + 1, "loss": 9.0}) + "\n")
    assert _learn(tmp_path / "parts")
    _same_runs(tmp_path / "whole", tmp_path / "parts")


@pytest.mark.parametrize("seed", range(5))
def test_killed_at_random_steps_and_resumed_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Steps before a kill were never saved, validations and new bests among them."""
    assert _learn(tmp_path / "whole")
    random = np.random.default_rng(seed)
    lost = 0
    for last_saved in (1, 5, 8, 10):
        killed_at = min(last_saved + int(random.integers(1, 5)), 11)

        def on_step(report: Report, last_saved: int = last_saved, end: int = killed_at) -> None:
            seldom = report.step >= last_saved
            monkeypatch.setattr(loop, "SECONDS_BETWEEN_CHECKPOINTS", 1e9 if seldom else -1.0)
            if report.step == end:
                raise SystemExit

        monkeypatch.setattr(loop, "SECONDS_BETWEEN_CHECKPOINTS", -1.0)
        with pytest.raises(SystemExit):
            _learn(tmp_path / "parts", on_step=on_step)
        assert _step(tmp_path / "parts", NAME) == last_saved
        lost += killed_at - last_saved
    assert lost >= 4
    monkeypatch.setattr(loop, "SECONDS_BETWEEN_CHECKPOINTS", 1e9)
    assert _learn(tmp_path / "parts")
    _same_runs(tmp_path / "whole", tmp_path / "parts")


def test_standing_counts_what_is_no_better() -> None:
    standing = Standing()
    for step, loss in [(10, 5.0), (20, 5.0), (30, 4.0), (40, 6.0), (50, float("inf"))]:
        standing = standing.after(step, {"loss": loss})
    assert standing == Standing(best_step=30, best={"loss": 4.0}, waited=2)
    assert standing.out_of_patience(2)
    assert not standing.out_of_patience(3)
    assert not standing.out_of_patience(None)
    assert Standing.of({"validation": json.loads(json.dumps(asdict(standing)))}) == standing
    assert Standing.of({}) == Standing()


def test_a_foreign_standing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no 'mood'"):
        Validation(CONFIG, tmp_path, 0, {"validation": {"mood": "good"}})


def test_what_a_finished_run_says() -> None:
    good = Standing(best_step=600, best={"loss": 9.0, "explained": 0.938}, waited=3)
    facts = {"step": 900, "validation": asdict(good)}
    assert summary(facts, None) == ["explains 94 % of what moves (the best weights, of step 600)"]
    assert summary(facts, 3)[0] == "stopped early, at step 900: nothing better in 3 validations"
    assert summary({"step": 3}, 20) == []
    assert percent(-0.4) == "0 %"
