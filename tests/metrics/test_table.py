import csv
import io
import json

import pytest
from small_tracks import tracks_of

from animot.errors import InputError
from animot.metrics import evaluate, published_row
from animot.metrics.table import COLUMNS, render_csv, render_json, render_rows, row_of

SCORES = evaluate(
    tracks_of({4: 0}, {5: 0, 6: 90}, {5: 2}), tracks_of({1: 0}, {1: 0}, {1: 0, 2: 30})
)


def test_scores_print_as_the_table_of_papers():
    head, row = str(SCORES).splitlines()
    assert head.split() == list(COLUMNS)
    # IDF1 = 2*2/8, MOTA = (3 - 1 - 1)/4, MOTP = (1 + 1 + 2/3)/3
    assert row.split()[:6] == ["50.0", "50.0", "50.0", "25.0", "88.9", "0.33"]
    assert row.split()[6:12] == ["1", "1", "1", "1", "1", "0"]
    assert len(head) == len(row)


def test_rows_are_aligned_under_the_columns():
    rows = [row_of("a", SCORES.as_dict()), ("published", {"MOTA": 100.0, "IDS": 7.0})]
    head, ours, theirs = render_rows(rows).splitlines()
    assert theirs.split() == ["published", *(["-"] * 3), "100.0", *(["-"] * 6), "7", *(["-"] * 5)]
    end = head.index("MOTA") + len("MOTA")
    assert ours[:end].endswith(" 25.0")
    assert theirs[:end].endswith("100.0")


def test_json_and_csv_carry_every_number():
    values = {"one": SCORES.as_dict(), 'a "b", c': (SCORES + SCORES).as_dict()}
    assert json.loads(render_json(values)) == values
    rows = list(csv.DictReader(io.StringIO(render_csv(values))))
    assert [row.pop("sequence") for row in rows] == list(values)
    for row, expected in zip(rows, values.values(), strict=True):
        assert {name: float(value) for name, value in row.items()} == expected
    assert isinstance(json.loads(render_json(values))["one"]["CLR_TP"], int)


def test_scores_are_read_by_name():
    assert SCORES["IDSW"] == 1
    assert (SCORES + SCORES)["IDSW"] == 2
    assert (SCORES + SCORES)["MOTA"] == SCORES["MOTA"]
    with pytest.raises(KeyError):
        SCORES["mota"]


def test_published_rows_are_read_as_they_are_printed():
    name, row = published_row("devkit, 2015: IDF1 55.8 | FAR 0.18 Rcll 58.2, IDs=7 FM 6")
    assert name == "devkit, 2015"
    assert row == {"IDF1": 55.8, "FAF": 0.18, "IDS": 7, "Frag": 6}
    assert published_row("MOTA 52.6")[0] == "published"


@pytest.mark.parametrize("text", ["", "paper:", "MOTA", "MOTA x", "MOTA 1 2", "paper: speed 12"])
def test_other_rows_are_refused(text):
    with pytest.raises(InputError, match=r"no row of scores|no column of ours"):
        published_row(text)
