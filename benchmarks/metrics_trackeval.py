"""The work of `metrics.py` done by TrackEval; started by it, in TrackEval's own environment.

Arguments: folder of ground truth, folder of results, repetitions. Prints one line of JSON.
"""

import json
import resource
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import trackeval


def score(data, metrics):
    found = [{} for _ in metrics]
    for name in data.seq_list:
        sequence = data.get_preprocessed_seq_data(
            data.get_raw_seq_data("tracker", name), "pedestrian"
        )
        for metric, rows in zip(metrics, found, strict=True):
            rows[name] = metric.eval_sequence(sequence)
    overall = {}
    for metric, rows in zip(metrics, found, strict=True):
        overall |= metric.combine_sequences(rows)
    return {name: float(np.mean(value)) for name, value in overall.items()}


def main():
    truth, results, repeat = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "tracker").mkdir()
        (Path(folder) / "tracker" / "data").symlink_to(results.resolve())
        config = trackeval.datasets.MotChallenge2DBox.get_default_dataset_config()
        config |= {
            "GT_FOLDER": str(truth),
            "TRACKERS_FOLDER": folder,
            "SKIP_SPLIT_FOL": True,
            "SEQ_INFO": {path.name: None for path in sorted(truth.iterdir())},
            "PRINT_CONFIG": False,
        }
        data = trackeval.datasets.MotChallenge2DBox(config)
        quiet = {"PRINT_CONFIG": False}
        metrics = [
            trackeval.metrics.HOTA(),
            trackeval.metrics.CLEAR(quiet),
            trackeval.metrics.Identity(quiet),
        ]
        times = []
        for _ in range(repeat):
            start = time.process_time()
            overall = score(data, metrics)
            times.append(time.process_time() - start)
    print(
        json.dumps(
            {
                "seconds": min(times),
                "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "version": version("trackeval"),
                "overall": overall,
            }
        )
    )


if __name__ == "__main__":
    main()
