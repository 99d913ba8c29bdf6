"""Stored numbers of TrackEval and of the MATLAB devkit for real trackers' output."""

import json

import pytest

from animot.metrics import evaluate_files, parse_frames, published_row
from animot.metrics.table import row_of

DEVKIT = {
    "TUD-Campus": "IDF1 55.8 IDP 73.0 IDR 45.1 | FAR 0.18 | MT 1 ML 1 | FP 13 FN 150 IDs 7 FM 7"
    " | MOTA 52.6 MOTP 72.3",
    "TUD-Stadtmitte": "IDF1 64.5 IDP 82.0 IDR 53.1 | FAR 0.25 | MT 5 ML 1 | FP 45 FN 452 IDs 7"
    " FM 6 | MOTA 56.4 MOTP 65.4",
}
# its MOTAL is left out: it takes the logarithm of IDs + 1, TrackEval that of IDs
DEVKIT_OTHERS = {
    "TUD-Campus": {"CLR_Re": 58.2, "CLR_Pr": 94.1},
    "TUD-Stadtmitte": {"CLR_Re": 60.9, "CLR_Pr": 94.0},
}


@pytest.fixture(scope="module")
def expected(shared_data):
    return json.loads((shared_data / "mot-pairs" / "expected_trackeval.json").read_text())


def tud(shared_data, name):
    folder = shared_data / "mot-pairs" / "mot15" / name
    return evaluate_files(folder / "cem_test.txt", folder / "gt.txt").overall


def assert_equal(scores, expected):
    assert len(expected) == 28
    found = scores.as_dict()
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=5e-7)
    counts = {name: value for name, value in expected.items() if value > 1}
    assert {name: found[name] for name in counts} == counts


def test_tud(shared_data, expected):
    rows = expected["mot15_CEM"]
    campus, stadtmitte = tud(shared_data, "TUD-Campus"), tud(shared_data, "TUD-Stadtmitte")
    assert_equal(campus, rows["TUD-Campus"])
    assert_equal(stadtmitte, rows["TUD-Stadtmitte"])
    assert_equal(campus + stadtmitte, rows["OVERALL"])


@pytest.mark.parametrize("name", DEVKIT)
def test_devkit_to_its_printed_digits(shared_data, name):
    scores = tud(shared_data, name)
    _, published = published_row(DEVKIT[name])
    assert len(published) == 12
    _, ours = row_of(name, scores.as_dict())
    for column, value in published.items():
        assert ours[column] == pytest.approx(value, abs=0.005 if column == "FAF" else 0.05), column
    for column, value in DEVKIT_OTHERS[name].items():
        assert 100 * scores[column] == pytest.approx(value, abs=0.05), column


def test_mot17(shared_data, expected):
    pairs = shared_data / "mot-pairs" / "mot17"
    evaluation = evaluate_files(pairs / "trackers" / "MPNTrack", pairs / "gt")
    rows = dict(expected["mot17_MPNTrack"])
    assert_equal(evaluation.overall, rows.pop("OVERALL"))
    assert set(evaluation.sequences) == set(rows)
    for name, row in rows.items():
        assert_equal(evaluation.sequences[name], row)


def test_pets(shared_data, expected):
    folder = shared_data / "pets09-s2l1"
    evaluation = evaluate_files(
        folder / "results" / "CEM_000001-000530.txt",
        folder / "gt" / "gt_000001-000530.txt",
        frames=parse_frames("1-530"),
    )
    assert_equal(evaluation.overall, expected["pets09_CEM_frames_1_530"]["OVERALL"])
