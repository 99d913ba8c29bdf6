"""Which cells are finished, and which may be begun."""

import json
from dataclasses import asdict, replace

import pytest
import torch

from animot.labelled_planning import LabelledData
from animot.reproduce.atttrack.cells import Scoring, Timing, Training, plan_cells
from animot.reproduce.atttrack.data import Data
from animot.reproduce.atttrack.methods import Row
from animot.reproduce.atttrack.networks import Networks
from animot.reproduce.atttrack.task import make_task
from animot.reproduce.atttrack.timing import RowTime, Times
from animot.reproduce.atttrack.work import Work
from animot.reproduce.sharing import Work as AnyWork
from tiny_pair import LOW, write_run

CELLS = plan_cells([2], 1, ["box"])


def work_in(out):
    nothing = LabelledData(names=("crowd",), learned=[], held_out=[])
    return Work(
        out=out,
        task=make_task("crowd", "tiny", steps=1, minutes=None, sequences=None, frames=None),
        data=Data(labelled=nothing, scored=[]),
        frames=out,
        networks=Networks(out, torch.device("cpu")),
        threads=1,
        on_step=None,
        on_frame=None,
        say=pytest.fail,
    )


def finish(cell, out, rows=()):
    """Leave what says that a cell is finished."""
    names = {Training: "learned.json", Scoring: "scores.json", Timing: "times.json"}
    cell.folder(out).mkdir(parents=True, exist_ok=True)
    times = [RowTime(row=row.key, parts={}, total=1.0) for row in rows]
    content = asdict(Times(rows=tuple(times), frames=1, rounds=1, device="cpu"))
    (cell.folder(out) / names[type(cell)]).write_text(json.dumps(content))


def test_cells_are_ready_once_those_they_build_on_are_finished(tmp_path):
    work, done = work_in(tmp_path), []
    assert isinstance(work, AnyWork)
    assert [str(c) for c in CELLS if work.is_ready(c)] == ["teacher, seed 1", "plain, seed 1"]
    while len(done) < len(CELLS):
        cell = next(c for c in CELLS if work.is_ready(c) and not work.is_finished(c))
        done.append(cell)
        finish(cell, tmp_path, getattr(cell, "rows", ()))
        assert work.is_finished(cell)
    assert done == list(CELLS)  # so nobody has to wait alone


def test_the_student_alone_waits_for_no_teacher_but_time_for_all(tmp_path):
    work = work_in(tmp_path)
    finish(Training(role="plain", seed=1), tmp_path)
    assert work.is_ready(Scoring(row=Row(name="student"), seed=1))
    assert not work.is_ready(Scoring(row=Row(name="naive-mix", every=2), seed=1))
    for cell in CELLS[:-2]:
        finish(cell, tmp_path)
    assert not work.is_ready(CELLS[-1])


def test_time_of_other_rows_is_measured_again(tmp_path):
    work, timing = work_in(tmp_path), CELLS[-1]
    finish(timing, tmp_path, timing.rows[:-1])
    assert not work.is_finished(timing)
    finish(timing, tmp_path, timing.rows)
    assert work.is_finished(timing)


def test_networks_are_loaded_once_and_take_turns_as_the_row_says(tmp_path, monkeypatch):
    together = replace(LOW, looks_weight=0.5)
    monkeypatch.setattr("animot.atttrack.pair.ASSOCIATION", together)
    teacher, student = (Training(role=role, seed=3) for role in ("teacher", "student"))
    for cell in (teacher, student):
        cell.folder(tmp_path).mkdir(parents=True)
    digest = write_run(teacher.run(tmp_path), "teacher")
    write_run(student.run(tmp_path), "student", teacher=digest)
    networks = Networks(tmp_path, torch.device("cpu"))
    pair = networks.pair(Row(name="atttrack", every=2), 3)
    assert pair.policy.carries
    assert pair.policy.period == 2
    assert pair.association == together
    assert networks.pair(Row(name="atttrack-looks-first", every=2), 3).association == LOW
    alone = networks.pair(Row(name="aligned"), 3)
    assert alone.teacher is None
    assert alone.student is pair.student
    only = networks.pair(Row(name="teacher"), 3)
    assert only.student is None
    assert only.teacher is pair.teacher
