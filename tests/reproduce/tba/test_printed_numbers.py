"""The printed numbers agree with each other, as far as rounding shows; and what figures show."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from animot.data.digits import load_digits
from animot.data.mnist_mot import MnistMOT
from animot.data.split import TEST_STREAM
from animot.errors import InputError
from animot.metrics.table import PAPER_COLUMNS
from animot.reproduce.tba.published import EXPERIMENTS, experiment_of

ROWS = [
    pytest.param(experiment, name, id=f"{experiment.name} {name}")
    for experiment in EXPERIMENTS.values()
    for name in experiment.printed
]


@pytest.mark.parametrize(("experiment", "name"), ROWS)
def test_scores_follow_from_counts(experiment, name: str) -> None:
    """Without any output every object is missed, which tells how many there are."""
    objects = experiment.printed["TBAc-noMem"][1]["FN"]
    _, row = experiment.printed[name]
    mota = 100 * (1 - (row["FP"] + row["FN"] + row["IDS"]) / objects)
    assert row["MOTA"] == pytest.approx(mota, abs=0.06)
    assert row["FAF"] == pytest.approx(row["FP"] / 10_000, abs=0.0051)
    if name == "TBAc-noMem":
        assert row.keys() == set(PAPER_COLUMNS) - {"IDP", "MOTP"}
        return
    assert row.keys() == set(PAPER_COLUMNS)
    harmonic = 2 / (1 / row["IDP"] + 1 / row["IDR"])
    assert row["IDF1"] == pytest.approx(harmonic, abs=0.11)


def test_what_is_printed_in_the_abstract_of_each_table() -> None:
    sprites, mnist = EXPERIMENTS.values()
    assert (sprites.table, mnist.table) == (1, 4)
    assert [sprites.printed["TBA"][1][c] for c in ("MOTP", "MT", "ML", "Frag")] == [
        79.1,
        985,
        1,
        22,
    ]
    assert [mnist.printed["TBA"][1][c] for c in ("MOTP", "MT", "ML", "Frag")] == [78.4, 978, 0, 7]


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=EXPERIMENTS)
def test_in_the_frames_shown_objects_cross(experiment, shared_data: Path) -> None:
    truth = experiment.test(shared_data / "mnist").tracks(TEST_STREAM, experiment.shown.stop)
    overlap = np.zeros(experiment.shown.stop)
    for frame in experiment.shown:
        boxes = truth.box[truth.frame == frame]
        for a, b in combinations(boxes, 2):
            common = (np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])).clip(min=0)
            overlap[frame] = max(overlap[frame], common.prod() / (a[2:] - a[:2]).prod())
    assert overlap.max() > 0.5
    assert overlap[experiment.shown.start] < 0.2
    assert overlap[experiment.shown.stop - 1] < 0.2


def test_digits_are_those_that_nothing_is_learned_from(shared_data: Path) -> None:
    folder = shared_data / "mnist"
    expected = MnistMOT(1, load_digits(folder, "test"))
    assert EXPERIMENTS["tba-mnist"].test(folder).fingerprint() == expected.fingerprint()


def test_an_unknown_experiment() -> None:
    with pytest.raises(InputError, match="tba-sprites or tba-mnist"):
        experiment_of("tba-duke")
