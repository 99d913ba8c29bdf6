"""Teacher, student and their policies on made crowds that none of them has seen.

    python experiments/atttrack_policies.py TEACHER STUDENT --every 4 --sequences 4 --frames 150

Scores are over all sequences together. Milliseconds a frame are those of networks, decoding,
transfer and association; reading and resizing frames are not in it.
"""

import argparse
import operator
import sys
from functools import reduce
from pathlib import Path

import torch

from animot.atttrack.kept_frames import keep_frames
from animot.atttrack.pair import Pair
from animot.atttrack.policy import POLICIES
from animot.atttrack.stopwatch import PARTS, Stopwatch
from animot.atttrack.tracker import AttTrackTracker
from animot.data.crowd_sequence import crowd_sequences
from animot.data.labelled import LabelledSequence
from animot.engines import TakingTurns, open_model
from animot.metrics import evaluate
from animot.metrics.scores import Scores
from animot.tracker import follow
from animot.tracks import stack

# Layerwise needs a student of its own, and so does a fair Naive-Mix: ask for them by name.
USUAL = [name for name in POLICIES if name != "layerwise"]


def run(pair: Pair, sequences: list[LabelledSequence]) -> tuple[Scores, Stopwatch, int]:
    """Scores over all sequences, the time it took, and the number of key frames."""
    stopwatch, keys = Stopwatch(), 0
    scores = []
    for sequence in sequences:
        tracker, seen = AttTrackTracker(pair, stopwatch), []
        for state, _, objects in follow(tracker, sequence.frames(), tracker.start(), ahead=False):
            seen.append(objects)
            keys += state.rhythm.gap == 1
        scores.append(evaluate(stack(seen), sequence.truth))
    return reduce(operator.add, scores), stopwatch, keys


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("teacher", type=Path)
    parser.add_argument("student", type=Path)
    parser.add_argument("--every", type=int, default=4)
    parser.add_argument("--sequences", type=int, default=4)
    parser.add_argument("--frames", type=int, default=150)
    parser.add_argument("--use", choices=["validate", "test"], default="validate")
    parser.add_argument("--policies", nargs="+", choices=POLICIES, default=USUAL)
    given = parser.parse_args()
    torch.set_num_threads(1)
    made = crowd_sequences(given.use, given.sequences, given.frames)
    sequences = [keep_frames(one, (one.width, one.height)) for one in made]  # drawn once for all
    frames = given.sequences * given.frames
    head = ["policy", "MOTA", "IDF1", "FP", "FN", "IDS", "key frames", *PARTS, "ms"]
    sys.stdout.write(f"| {' | '.join(head)} |\n|{'---|' * len(head)}\n")
    for policy in given.policies:
        turns = TakingTurns(student=given.student, every=given.every, policy=policy)
        pair = open_model(given.teacher, turns, torch.device("cpu"))
        assert isinstance(pair, Pair)
        scores, stopwatch, keys = run(pair, sequences)
        times = [1000 * stopwatch.seconds[part] / frames for part in PARTS]
        numbers = [f"{scores[name]:.3f}" for name in ("MOTA", "IDF1")]
        numbers += [str(scores[name]) for name in ("CLR_FP", "CLR_FN", "IDSW")]
        spent = [f"{one:.1f}" for one in (*times, sum(times))]
        row = [policy, *numbers, f"{keys / frames:.2f}", *spent]
        sys.stdout.write(f"| {' | '.join(row)} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
