"""Tables against hand-made scores."""

import json

import pytest
from made_results import TASK, make_result

from animot.metrics.table import PAPER_COLUMNS
from animot.reproduce.tba.spread import spread, values_of
from animot.reproduce.tba.tables import by_configuration, render_json, render_markdown

ONE = make_result()
SEEDS = [
    make_result(seed=seed, MOTA=mota, IDSW=switches)
    for seed, mota, switches in ((1, 0.90, 3.0), (2, 0.99, 9.0), (4, 0.84, 9.0))
]


def rows(page: str) -> dict[str, list[str]]:
    """Cells of all lines of tables, by the first one."""
    lines = [line for line in page.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {first: rest for first, *rest in cells}


def test_values_are_in_the_units_of_the_paper() -> None:
    assert values_of(ONE) == pytest.approx(
        {
            "IDF1": 91,
            "IDP": 92,
            "IDR": 93,
            "MOTA": 94,
            "MOTP": 75,
            "FAF": 0.0325,
            "MT": 61,
            "ML": 2,
            "FP": 13,
            "FN": 14,
            "IDS": 5,
            "Frag": 6,
        }
    )


def test_what_has_no_meaning_is_left_out() -> None:
    silent = values_of(make_result(Dets=0.0, CLR_TP=0.0))
    assert set(PAPER_COLUMNS) - silent.keys() == {"IDP", "MOTP"}
    far_off = values_of(make_result(CLR_TP=0.0))
    assert set(PAPER_COLUMNS) - far_off.keys() == {"MOTP"}


def test_spread_over_seeds() -> None:
    found = spread(SEEDS)
    assert {name: round(row["MOTA"], 6) for name, row in found.items()} == {
        "median": 90,
        "mean": 91,
        "lowest": 84,
        "highest": 99,
    }
    assert {name: row["IDS"] for name, row in found.items()} == {
        "median": 9,
        "mean": 7,
        "lowest": 3,
        "highest": 9,
    }
    silent = make_result(seed=5, Dets=0.0)
    assert spread([*SEEDS, silent])["mean"]["IDP"] == pytest.approx(92)
    assert "IDP" not in spread([silent])["mean"]


def test_one_seed_stands_below_what_is_printed() -> None:
    page = render_markdown(TASK, [make_result("TBAc-noRep", 6, CLR_FP=17.0)])
    table = rows(page)
    printed = "93.0 92.5 93.6 96.9 78.8 0.02 978 0 232 185 267 94"
    ours = "91.0 92.0 93.0 94.0 75.0 0.03 61 2 17 14 5 6"
    assert table["configuration"] == list(PAPER_COLUMNS)
    assert table["**TBAc-noRep**, printed"] == printed.split()
    assert table["TBAc-noRep, seed 6"][-12:] == ours.split()
    assert table["TBAc-noRep, seed 6"][:4] == ["560", "1.5", "2", "0123456789"]
    assert "Table 1" in page
    assert "preset `fast`, `--steps 7`" in page
    assert "514 million frames (401,900 steps of 1,280)" in page
    assert "400 frames of stream 0, seed 10000" in page
    assert "    animot reproduce tba-sprites --configs TBAc-noRep --seeds 6 " in page


def test_several_seeds_are_summed_up_and_listed() -> None:
    others = [
        make_result("TBAc-noMem", commit=None),
        make_result("TBAc-noRep", commit="fedcba9876543210-dirty"),
    ]
    table = rows(render_markdown(TASK, [*SEEDS, *others]))
    assert table["TBA, median of 3 seeds"][3] == "90.0"
    assert table["TBA, mean"][10] == "7"
    assert table["TBA, lowest to highest"][3] == "84.0 to 99.0"
    assert table["TBA, lowest to highest"][10:] == ["3 to 9", "6"]
    assert [table[f"TBA, seed {seed}"][7] for seed in (1, 2, 4)] == ["90.0", "99.0", "84.0"]
    assert table["**TBAc-noMem**, printed"][1] == "-"
    assert table["TBAc-noMem, seed 1"][3] == "-"  # no commit
    assert table["TBAc-noRep, seed 1"][3] == "fedcba9876-dirty"
    names = list(table)
    assert names.index("TBA, mean") < names.index("**TBAc-noMem**, printed")


def test_configurations_come_in_the_order_of_the_paper() -> None:
    results = [make_result(name) for name in ("TBAc-noMem", "TBA", "TBAc")]
    assert list(by_configuration(TASK, results)) == ["TBA", "TBAc", "TBAc-noMem"]


def test_json_has_the_same_numbers_and_all_that_is_known() -> None:
    content = json.loads(render_json(TASK, SEEDS))
    assert content["task"]["preset"] == "fast"
    assert content["columns"] == list(PAPER_COLUMNS)
    ours = content["configurations"]["TBA"]
    assert ours["printed"]["Frag"] == 22
    assert ours["seeds"]["4"]["MOTA"] == pytest.approx(84)
    assert ours["lowest"]["MOTA"] == pytest.approx(84)
    assert [cell["cell"]["seed"] for cell in content["cells"]] == [1, 2, 4]
    assert content["cells"][0]["scores"]["HOTA"] == 0.71
    assert content["cells"][0]["learned"]["commit"] == "0123456789abcdef"
