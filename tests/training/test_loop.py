import itertools
import json
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from animot.ailment import Ailment
from animot.errors import InputError
from animot.training import checkpoint, loop
from animot.training.loop import MOST_BAD_STEPS, NAME, Report
from animot.training.run_folder import LOG
from animot.training.schedule import Budget, TrainingConfig

CONFIG = TrainingConfig(batch_size=2, clip_length=3, learning_rate=0.01, gradient_norm=1.0)


class Regression:
    """Learns a line from noise that is a function of the step; carries a running sum."""

    ailments: tuple[Ailment, ...] = ()

    def __init__(self, bad: range = range(0)) -> None:
        torch.manual_seed(3)
        self.model = nn.Linear(3, 2)
        self.bad = bad
        self.sum = torch.zeros(2)

    def step(self, step: int) -> dict[str, float]:
        inputs = torch.randn(5, 3, generator=torch.Generator().manual_seed(step))
        output = self.model(inputs) + self.sum
        loss = (output - inputs[:, :2]).square().mean()
        if step in self.bad:
            loss = loss * float("nan")
        loss.backward()
        self.sum = 0.5 * self.sum + 0.1 * output.detach().mean(dim=0)
        return {"loss": loss.item(), "objects_on": 0.0}

    def validate(self, batches: int, _: object) -> dict[str, float]:
        return {"loss": batches + self.model.weight.square().sum().item()}

    def carried(self) -> dict[str, Tensor]:
        return {"sum": self.sum}

    def carry(self, tensors: dict[str, Tensor]) -> None:
        self.sum = tensors.get("sum", torch.zeros(2))

    def warm_up_from(self, step: int) -> None:
        pass


def _learn(folder: Path, steps: int = 12, **options: object) -> bool:
    folder.mkdir(exist_ok=True)
    learner = options.pop("learner", None) or Regression()
    return loop.learn(learner, CONFIG, Budget(steps=steps), folder, {"a": 1}, **options)


def _stop_after(step: int):
    def stop(report: Report) -> None:
        if report.step == step:
            os.kill(os.getpid(), signal.SIGINT)

    return stop


def _tensors(folder: Path) -> dict[str, Tensor]:
    return checkpoint.load(folder, NAME).tensors


def _same(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[key], b[key]) for key in a)


def test_learning_lowers_the_loss_and_stores_the_facts(tmp_path: Path) -> None:
    assert _learn(tmp_path, 200)
    losses = [json.loads(line)["loss"] for line in (tmp_path / LOG).read_text().splitlines()]
    assert len(losses) == 200
    assert sum(losses[-20:]) < 0.5 * sum(losses[:20])
    assert checkpoint.load(tmp_path, NAME).facts["a"] == 1
    assert checkpoint.load(tmp_path, NAME).facts["step"] == 200


def test_interrupted_and_resumed_is_bit_for_bit_the_same(tmp_path: Path) -> None:
    assert _learn(tmp_path / "whole")
    for step in (3, 4, 9):
        assert not _learn(tmp_path / "parts", on_step=_stop_after(step))
        assert checkpoint.load(tmp_path / "parts", NAME).facts["step"] == step
    assert _learn(tmp_path / "parts")
    assert _same(_tensors(tmp_path / "whole"), _tensors(tmp_path / "parts"))
    assert (tmp_path / "whole" / LOG).read_text() == (tmp_path / "parts" / LOG).read_text()


def test_what_the_last_checkpoint_never_saw_is_learned_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _learn(tmp_path / "whole")
    monkeypatch.setattr(loop, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)

    def killed(report: Report) -> None:
        if report.step == 5:
            monkeypatch.setattr(loop, "SECONDS_BETWEEN_CHECKPOINTS", 1e9)
        if report.step == 8:
            raise SystemExit

    with pytest.raises(SystemExit):
        _learn(tmp_path / "parts", on_step=killed)
    assert checkpoint.load(tmp_path / "parts", NAME).facts["step"] == 5
    assert _learn(tmp_path / "parts")
    assert _same(_tensors(tmp_path / "whole"), _tensors(tmp_path / "parts"))
    assert (tmp_path / "whole" / LOG).read_text() == (tmp_path / "parts" / LOG).read_text()


def test_a_finished_run_is_left_as_it_is(tmp_path: Path) -> None:
    assert _learn(tmp_path)
    before = _tensors(tmp_path)
    reports: list[Report] = []
    assert _learn(tmp_path, on_step=reports.append)
    assert not reports
    assert _same(before, _tensors(tmp_path))


def test_weight_decay_draws_unused_weights_to_zero(tmp_path: Path) -> None:
    """Off: a weight that gets no gradient stays. On: Adam moves it as by a gradient of its own."""
    for decay, moved in [(0.0, 0.0), (1e-3, 0.01)]:
        learner = Regression()
        learner.step = lambda _, model=learner.model: _no_gradient(model)
        before = learner.model.weight.detach().clone()
        config = replace(CONFIG, weight_decay=decay)
        folder = tmp_path / str(decay)
        folder.mkdir()
        loop.learn(learner, config, Budget(steps=1), folder, {})
        found = before.abs() - learner.model.weight.detach().abs()
        torch.testing.assert_close(found, torch.full((2, 3), moved), rtol=0.01, atol=1e-7)


def _no_gradient(model: nn.Module) -> dict[str, float]:
    (0 * sum(p.sum() for p in model.parameters())).backward()
    return {"loss": 0.0}


def test_minutes_count_over_sessions(tmp_path: Path) -> None:
    budget = Budget(minutes=1e-3)
    assert loop.learn(Regression(), CONFIG, budget, tmp_path, {})
    assert checkpoint.load(tmp_path, NAME).facts["seconds"] >= 0.06


def test_a_bad_step_is_forgotten(tmp_path: Path) -> None:
    assert _learn(tmp_path, learner=Regression(bad=range(4, 6)))
    assert all(t.isfinite().all() for t in _tensors(tmp_path).values())
    norms = [
        json.loads(line)["gradient_norm"] for line in (tmp_path / LOG).read_text().splitlines()
    ]
    assert [n for n, norm in enumerate(norms) if norm != norm] == [4, 5]


def test_many_bad_steps_end_learning_with_good_weights_saved(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="in a row"):
        _learn(tmp_path, 100, learner=Regression(bad=range(7, 100)))
    found = checkpoint.load(tmp_path, NAME)
    assert found.facts["step"] == 7 + MOST_BAD_STEPS - 1
    assert all(t.isfinite().all() for t in found.tensors.values())


def test_the_checkpoint_of_another_model_is_refused(tmp_path: Path) -> None:
    assert _learn(tmp_path, 2)
    learner = Regression()
    learner.model = nn.Linear(3, 4)
    with pytest.raises(InputError, match="another model"):
        _learn(tmp_path, 3, learner=learner)


def test_a_signal_during_the_last_save_does_not_cut_it_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save(*arguments: object) -> None:
        if arguments[-1] == NAME:  # not of the best weights, before
            os.kill(os.getpid(), signal.SIGTERM)
        whole_save(*arguments)

    whole_save = checkpoint.save
    monkeypatch.setattr(checkpoint, "save", save)
    assert _learn(tmp_path / "run", 3)
    monkeypatch.undo()
    assert checkpoint.load(tmp_path / "run", NAME).facts["step"] == 3


def test_a_signal_during_a_save_on_the_way_stops_with_all_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(*arguments: object) -> None:
        if len(written) == 1:
            os.kill(os.getpid(), signal.SIGTERM)
        written.append(arguments[0])
        whole_write(*arguments)

    written: list[object] = []
    whole_write = checkpoint.write_bytes
    monkeypatch.setattr(checkpoint, "write_bytes", write)
    monkeypatch.setattr(loop, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    assert not _learn(tmp_path / "parts")
    monkeypatch.undo()
    assert checkpoint.load(tmp_path / "parts", NAME).facts["step"] == 2
    assert _learn(tmp_path / "parts")
    assert _learn(tmp_path / "whole")
    assert _same(_tensors(tmp_path / "whole"), _tensors(tmp_path / "parts"))


def test_the_clock_on_the_wall_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It jumps back an hour with every look; time is taken from the clock that never does."""
    wall = itertools.count(10**9, -3600)
    steady = itertools.count(50.0, 0.25)
    monkeypatch.setattr(loop.time, "time", lambda: float(next(wall)))
    monkeypatch.setattr(loop.time, "monotonic", lambda: next(steady))
    seconds: list[float] = []

    def note(report: Report) -> None:
        seconds.append(report.seconds)
        assert len(seconds) < 20, "time does not pass"

    assert loop.learn(Regression(), CONFIG, Budget(minutes=0.05), tmp_path, {}, on_step=note)
    # Twelve steps, and a validation with the last one.
    assert seconds == [0.25 * n for n in range(1, 12)] + [3.25]
    assert checkpoint.load(tmp_path, NAME).facts["seconds"] == 3.25


@pytest.mark.parametrize(
    "error",
    [
        torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 9 GiB"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: 9 bytes"),
        MemoryError(),
    ],
    ids=["GPU", "processor", "Python"],
)
def test_too_little_memory_in_the_last_step_loses_nothing_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(loop, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    learner = Regression()
    whole_step = learner.step

    def step(number: int) -> dict[str, float]:
        if number == 11:
            raise error
        return whole_step(number)

    monkeypatch.setattr(learner, "step", step)
    with pytest.raises(InputError, match="too little memory for a step"):
        _learn(tmp_path / "parts", learner=learner)
    assert checkpoint.load(tmp_path / "parts", NAME).facts["step"] == 11
    assert _learn(tmp_path / "parts")
    assert _learn(tmp_path / "whole")
    assert _same(_tensors(tmp_path / "whole"), _tensors(tmp_path / "parts"))


def test_other_errors_of_a_step_are_not_taken_for_lack_of_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> dict[str, float]:
        raise RuntimeError("sizes of tensors must match")

    learner = Regression()
    monkeypatch.setattr(learner, "step", fail)
    with pytest.raises(RuntimeError, match="must match"):
        _learn(tmp_path, learner=learner)


def test_reports_add_up(tmp_path: Path) -> None:
    reports: list[Report] = []
    _learn(tmp_path, 4, on_step=reports.append)
    assert [report.step for report in reports] == [1, 2, 3, 4]
    assert [report.progress for report in reports] == [0.25, 0.5, 0.75, 1.0]
    assert reports[-1].seconds_left == 0
    last = reports[-1]
    assert last.frames_per_second == pytest.approx(4 * 2 * 3 / last.seconds)
