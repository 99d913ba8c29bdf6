from pathlib import Path

import pytest

from animot.errors import InputError
from animot.reproduce.tba.cell import Cell, Task, plan_cells

ALL = ["TBA", "TBAc", "TBAc-noOcc", "TBAc-noAtt", "TBAc-noMem", "TBAc-noRep"]


def make_task(experiment="tba-sprites", preset="fast", steps=7, minutes=None, frames=30):
    return Task(experiment=experiment, preset=preset, steps=steps, minutes=minutes, frames=frames)


@pytest.mark.parametrize("preset", ["fast", "paper", "released"])
def test_cells_are_the_papers_rows_seed_by_seed(preset: str) -> None:
    sprites = plan_cells(make_task(preset=preset), None, [5, 2, 5])
    assert [(c.configuration, c.seed) for c in sprites] == [(n, s) for s in (5, 2) for n in ALL]
    mnist = plan_cells(make_task("tba-mnist", preset), None, [0])
    assert [c.configuration for c in mnist] == [name for name in ALL if name != "TBAc-noOcc"]


def test_configurations_are_named_in_short_and_in_any_order() -> None:
    cells = plan_cells(make_task(), ["noMem", "TBA", "TBAc-noMem"], [3])
    assert [str(cell) for cell in cells] == ["TBA, seed 3", "TBAc-noMem, seed 3"]


@pytest.mark.parametrize(
    ("experiment", "configurations", "seeds", "said"),
    [
        ("tba-sprites", ["noTime"], [1], "TBAc-noRep"),
        ("tba-sprites", ["AIR"], [1], "no ablation AIR"),
        ("tba-mnist", ["noOcc"], [1], "has one; use TBAc"),
        ("tba-sprites", [], [1], "at least one"),
        ("tba-sprites", None, [], "at least one"),
        ("tba-sprites", None, [-1], "-1 is no seed"),
    ],
)
def test_cells_that_cannot_be(experiment, configurations, seeds, said) -> None:
    with pytest.raises(InputError, match=said):
        plan_cells(make_task(experiment), configurations, seeds)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"experiment": "atttrack"}, "tba-sprites or tba-mnist"),
        ({"preset": "slow"}, "no preset slow"),
        ({"steps": 0}, "more than 0"),
        ({"minutes": 1.0}, "either --steps or --minutes"),
        ({"frames": 0}, "at least 1"),
    ],
)
def test_tasks_that_cannot_be(wrong, said) -> None:
    with pytest.raises(InputError, match=said):
        make_task(**wrong)


def test_a_cell_has_its_own_folder_and_command() -> None:
    cell, out = Cell(configuration="TBAc-noRep", seed=4), Path("made")
    assert cell.run(out).parent == cell.folder(out) == out / "TBAc-noRep-seed4"
    assert cell.command(make_task(preset="paper", steps=None, minutes=2.5), 3) == (
        "animot reproduce tba-sprites --configs TBAc-noRep --seeds 4 --preset paper "
        "--minutes 2.5 --threads 3 --frames 30"
    )
    with pytest.raises(InputError, match="short for TBAc-noRep"):
        Cell(configuration="noRep", seed=4)
