"""Score the pairs in this folder with TrackEval, and keep its numbers in expected.json.

TrackEval is no dependency of this project; run this in an environment of its own:

    python -m venv ENV && ENV/bin/pip install trackeval
    ENV/bin/python tests/golden/score_with_trackeval.py
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import trackeval

HERE = Path(__file__).parent
RUNS = {  # name of the run -> folder, rules of TrackEval, IoU threshold of CLEAR and identity
    "MOT15": ("MOT15", "MOT15", 0.5),
    "MOT17": ("MOT17", "MOT17", 0.5),
    "MOT17 at 0.7": ("MOT17", "MOT17", 0.7),
    "MOT20": ("MOT20", "MOT20", 0.5),
    "edge": ("edge", "MOT17", 0.5),
}


def dataset(folder, benchmark):
    config = trackeval.datasets.MotChallenge2DBox.get_default_dataset_config()
    config |= {
        "GT_FOLDER": str(HERE / folder / "gt"),
        "TRACKERS_FOLDER": str(HERE / folder),
        "TRACKERS_TO_EVAL": ["results"],
        "TRACKER_SUB_FOLDER": "",
        "SKIP_SPLIT_FOL": True,
        "BENCHMARK": benchmark,
        "SEQ_INFO": {path.name: None for path in sorted((HERE / folder / "gt").iterdir())},
        "PRINT_CONFIG": False,
    }
    return trackeval.datasets.MotChallenge2DBox(config)


def score(folder, benchmark, threshold):
    data = dataset(folder, benchmark)
    config = {"THRESHOLD": threshold, "PRINT_CONFIG": False}
    metrics = [
        trackeval.metrics.HOTA(),
        trackeval.metrics.CLEAR(config),
        trackeval.metrics.Identity(config),
        trackeval.metrics.Count(),
    ]
    found = {}
    for name in data.seq_list:
        raw = data.get_raw_seq_data("results", name)
        sequence = data.get_preprocessed_seq_data(raw, "pedestrian")
        found[name] = [metric.eval_sequence(sequence) for metric in metrics]
    found["OVERALL"] = [
        metric.combine_sequences({name: rows[i] for name, rows in found.items()})
        for i, metric in enumerate(metrics)
    ]
    return {name: flat(rows) for name, rows in found.items()}


def flat(rows):
    """All fields of all families; arrays over the 19 alphas as their mean."""
    fields = {name: value for row in rows for name, value in row.items()}
    return {name: float(np.mean(value)) for name, value in sorted(fields.items())}


def main():
    numbers = {name: score(*run) for name, run in RUNS.items()}
    versions = {package: version(package) for package in ("trackeval", "numpy", "scipy")}
    text = json.dumps({"made with": versions, "runs": numbers}, indent=1)
    (HERE / "expected.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
