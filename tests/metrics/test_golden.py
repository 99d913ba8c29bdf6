"""TrackEval's numbers for pairs of files that `tests/golden/make_pairs.py` makes."""

import json
import warnings
from pathlib import Path

import pytest

from animot.metrics import evaluate_files

GOLDEN = Path(__file__).parent.parent / "golden"
EXPECTED = json.loads((GOLDEN / "expected.json").read_text())["runs"]
ROWS = [(run, name) for run, rows in EXPECTED.items() for name in rows]

# TrackEval leaves a sequence without truth or without tracks early: its frames are not counted,
# and ratios that have nothing to count stay at a default. Ours follow the formula everywhere, as
# TrackEval's own overall row does.
LEFT_EARLY = {
    ("edge", "made-no-result"): {"CLR_Frames": 13},
    ("edge", "made-no-truth"): {"CLR_Frames": 13, "FP_per_frame": 35 / 13, "MLR": 0}
    | dict.fromkeys(("MOTA", "MODA", "MOTAL", "sMOTA"), -35),
    ("edge", "OVERALL"): {"CLR_Frames": 39, "FP_per_frame": 35 / 39},
}


@pytest.fixture(scope="module")
def evaluations():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one sequence has no truth that counts, and says so
        return {
            run: evaluate_files(
                GOLDEN / run.split()[0] / "results",
                GOLDEN / run.split()[0] / "gt",
                iou=0.7 if run.endswith("0.7") else 0.5,
            )
            for run in EXPECTED
        }


@pytest.mark.parametrize(("run", "name"), ROWS)
def test_equals_trackeval(evaluations, run, name):
    evaluation = evaluations[run]
    scores = evaluation.overall if name == "OVERALL" else evaluation.sequences[name]
    found = scores.as_dict() | {
        "HOTA_TP": scores.hota.tp.mean(),
        "HOTA_FN": scores.hota.fn.mean(),
        "HOTA_FP": scores.hota.fp.mean(),
    }
    expected = EXPECTED[run][name] | LEFT_EARLY.get((run, name), {})
    assert len(expected) >= 47
    assert {key: found[key] for key in expected} == pytest.approx(expected, abs=1e-9)


def test_rules_follow_the_files(evaluations):
    used = {run: set(evaluation.benchmarks.values()) for run, evaluation in evaluations.items()}
    assert used["MOT15"] == {"MOT15"}
    assert used["MOT17"] == {"MOT17"}
    assert used["MOT20"] == {"MOT20"}


def test_the_rules_of_mot20_matter_here(evaluations):
    folder = GOLDEN / "MOT20"
    other = evaluate_files(folder / "results", folder / "gt", benchmark="MOT17").overall
    assert other["CLR_FP"] > evaluations["MOT20"].overall["CLR_FP"]
