"""How long scoring takes: MPNTrack on four MOT17 sequences, all three families, reading included.

    OMP_NUM_THREADS=1 python benchmarks/metrics.py [--oracle] [--trackeval ENV/bin/python]

`--oracle` adds the literal transcription that the tests compare with (minutes). `--trackeval` names
the Python of an environment with `pip install trackeval`; the same run then measures it and
compares its numbers with ours. Everything runs on one core; the best of several times counts.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT / "tests"))

from animot.data.mot import read_tracks, read_truth  # noqa: E402
from animot.metrics import evaluate_files  # noqa: E402
from oracles.mot_scores import all_scores, frames_of, without_distractors  # noqa: E402

DATA = Path(os.environ.get("ANIMOT_DATA", PROJECT.parent / "shared" / "data"))
TRUTH = DATA / "mot-pairs" / "mot17" / "gt"
RESULTS = DATA / "mot-pairs" / "mot17" / "trackers" / "MPNTrack"


def ours() -> dict[str, float]:
    return dict(evaluate_files(RESULTS, TRUTH).overall.as_dict())


def oracle() -> dict[str, float]:
    """The same work by the oracle; its scores of the last sequence, which are not added up."""
    scores: dict[str, float] = {}
    for folder in sorted(TRUTH.iterdir()):
        truth, tracks = (
            read_truth(folder / "gt" / "gt.txt"),
            read_tracks(RESULTS / f"{folder.name}.txt"),
        )
        assert truth.class_id is not None
        assert truth.counts is not None
        keys = list(zip(truth.tracks.frame.tolist(), truth.tracks.track_id.tolist(), strict=True))
        frames = without_distractors(
            frames_of(truth.tracks, tracks),
            dict(zip(keys, truth.class_id.tolist(), strict=True)),
            dict(zip(keys, truth.counts.tolist(), strict=True)),
            {2, 7, 8, 12},
        )
        scores = all_scores(frames)
    return scores


def best_time(work: Callable[[], dict[str, float]], repeat: int) -> float:
    """Shortest processor time of a call, seconds."""
    times = []
    for _ in range(repeat):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--oracle", action="store_true")
    parser.add_argument("--trackeval", metavar="PYTHON")
    parser.add_argument("--repeat", type=int, default=7)
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    seconds = best_time(ours, options.repeat)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"animot     {seconds:7.2f} s   {memory:5.0f} MB")
    if options.trackeval:
        report_trackeval(options.trackeval, options.repeat, seconds)
    if options.oracle:
        slow = best_time(oracle, 1)
        print(f"oracle     {slow:7.2f} s             {slow / seconds:6.1f} times ours")


def report_trackeval(python: str, repeat: int, ours_seconds: float) -> None:
    script = Path(__file__).with_name("metrics_trackeval.py")
    command = [python, str(script), str(TRUTH), str(RESULTS), str(repeat)]
    finished = subprocess.run(command, capture_output=True, text=True, check=True)
    theirs = json.loads(finished.stdout.splitlines()[-1])
    ratio = theirs["seconds"] / ours_seconds
    print(
        f"TrackEval  {theirs['seconds']:7.2f} s   {theirs['megabytes']:5.0f} MB   "
        f"{ratio:6.1f} times ours   (version {theirs['version']})"
    )
    scores = ours()
    differences = {
        name: abs(scores[name] - value)
        for name, value in theirs["overall"].items()
        if name in scores
    }
    worst = max(differences, key=lambda name: differences[name])
    print(
        f"largest difference of {len(differences)} overall numbers: "
        f"{differences[worst]:.1e} ({worst})"
    )


if __name__ == "__main__":
    main()
