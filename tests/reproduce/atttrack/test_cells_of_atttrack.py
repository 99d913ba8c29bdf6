from pathlib import Path

import pytest

from animot.atttrack.ablations import ABLATIONS
from animot.atttrack.policy import POLICIES
from animot.errors import InputError
from animot.reproduce.atttrack.cells import Scoring, Timing, Training, plan_cells
from animot.reproduce.atttrack.methods import LOOKS_FIRST, METHODS, USUAL_ABLATIONS, Row, plan_rows
from animot.reproduce.atttrack.task import make_task


def of_kind(kind, cells):
    return [cell for cell in cells if isinstance(cell, kind)]


def test_networks_are_those_of_the_paper_seed_by_seed_and_teachers_come_first():
    cells = plan_cells(range(2, 7), 3, USUAL_ABLATIONS)
    trainings = of_kind(Training, cells)
    usual = ["teacher", "plain", "student", "layerwise"]
    changed = [f"student-{name}" for name in ("heat", "box", "still", "convex")]
    assert [cell.name for cell in trainings if cell.seed == 1] == usual + changed
    assert [cell.name for cell in trainings if cell.seed == 3] == usual
    assert len(trainings) == 3 * 4 + 4
    for cell in trainings:
        if cell.teacher is not None:
            assert cell.teacher.seed == cell.seed
            assert cells.index(cell.teacher) < cells.index(cell)
    assert {cell.name for cell in trainings if cell.teacher is None} == {"teacher", "plain"}


def test_every_row_comes_after_its_networks():
    cells = plan_cells([2, 4], 2, ["gate"])
    for cell in of_kind(Scoring, cells):
        assert all(cells.index(network) < cells.index(cell) for network in cell.networks)
    needed = {n for cell in of_kind(Scoring, cells) for n in cell.networks}
    assert needed == set(of_kind(Training, cells))


def test_rows_are_all_methods_with_every_k():
    rows = plan_rows([2, 4], ["gate"])
    turns = ["naive-mix", "layerwise", "atttrack", "adaptive"]
    mixed = ("naive-mix", "layerwise", "atttrack")
    longest = [
        *(f"{name}-looks-first" for name in mixed),
        *(f"control-{name}" for name in ("still", "shuffled", "oracle", "fresh")),
    ]
    assert [(row.name, row.every) for row in rows] == [
        *((name, None) for name in ("teacher", "student", "aligned")),
        *((f"{name}-looks-first", None) for name in ("teacher", "student")),
        *((name, every) for name in turns for every in (2, 4)),
        *((name, 4) for name in [*longest, "learned-gate"]),
    ]
    assert len({row.key for row in rows}) == len(rows)


def test_time_is_measured_last_of_what_a_user_would_run():
    cells = plan_cells([3], 2, ["gate"])
    (timing,) = of_kind(Timing, cells)
    assert cells[-1] is timing
    assert timing.others == tuple(cells[:-1])
    names = {row.name for row in timing.rows}
    turns = {"naive-mix", "layerwise", "atttrack", "adaptive"}
    assert names == {"teacher", "student", "aligned"} | turns


def test_every_method_has_a_policy_and_networks_that_fit():
    for method in METHODS.values():
        assert method.policy in POLICIES
    assert {m.ablation for m in METHODS.values()} == {None, *ABLATIONS}
    networks = Scoring(row=Row(name="aligned"), seed=4).networks
    assert [network.name for network in networks] == ["student"]
    networks = Scoring(row=Row(name="learned-heat", every=3), seed=4).networks
    assert [network.name for network in networks] == ["teacher", "student-heat"]


def test_looks_first_changes_the_association_alone():
    for name in LOOKS_FIRST:
        changed, own = METHODS[f"{name}-looks-first"], METHODS[name]
        assert (changed.policy, changed.role) == (own.policy, own.role)
        assert changed.looks_first
        assert not own.looks_first


def test_cells_have_folders_of_their_own():
    out = Path("made")
    cells = plan_cells([2, 3], 2, USUAL_ABLATIONS)
    folders = {cell.folder(out) for cell in cells}
    assert len(folders) == len(cells)
    cell = Training(role="student", ablation="box", seed=4)
    assert cell.run(out) == out / "networks" / "student-box-seed4" / "run"
    assert (
        str(Scoring(row=Row(name="atttrack", every=2), seed=3)) == "AttTrack (ours), K = 2, seed 3"
    )


@pytest.mark.parametrize(("name", "every"), [("teacher", 2), ("atttrack", None), ("sort", None)])
def test_rows_that_cannot_be(name, every):
    with pytest.raises(ValueError, match=f"no method {name}"):
        Row(name=name, every=every)


def test_a_crowd_has_a_difficulty_and_a_recording_none():
    asked = {"steps": 3, "minutes": None, "sequences": None, "frames": None}
    crowd, pets = (make_task(data, "tiny", **asked) for data in ("crowd", "pets09"))
    assert (crowd.sequences, crowd.frames) == (20, 150)
    assert crowd.difficulty.contrast > 0
    assert (pets.sequences, pets.frames, pets.difficulty) == (None, None, None)
    assert crowd.budget == "--steps 3"
    later = make_task("crowd", "tiny", **asked | {"steps": None, "minutes": 2.5})
    assert later.budget == "--minutes 2.5"
    with pytest.raises(InputError, match="0 frames"):
        make_task("crowd", "tiny", **asked | {"frames": 0})
