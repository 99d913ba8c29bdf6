"""What a key frame is worth, and whether that can be known before: fixed, random, perfect choice.

    python experiments/key_frame_worth.py runs/atttrack [--seed 1] [--sequences 6] [--frames 150]

Teacher and plain student of a reproduction take turns (Naive-Mix) on validation sequences. A frame
is worth the errors that the student alone makes there more than the teacher alone. "Best" asks the
teacher where that is the most, which nobody can know; signs are what a tracker knows of the frame
before, or has when the student has looked at the frame itself, and how they correlate with it.
"""

import argparse
import operator
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Bool, Float

from animot.association.associator import Associator
from animot.atttrack.decode import decode
from animot.atttrack.network import OneShotNetwork
from animot.atttrack.pair import ASSOCIATION, Pair
from animot.atttrack.tracker import AttTrackTracker, found_in, surprise_of
from animot.boxes import iou
from animot.data.crowd_sequence import crowd_sequences
from animot.data.labelled import LabelledSequence
from animot.detections import FrameDetections
from animot.metrics import evaluate
from animot.metrics.evaluation import evaluate_by_frame
from animot.reproduce.atttrack.methods import Row
from animot.reproduce.atttrack.networks import Networks
from animot.tracks import Tracks, stack

Found = list[tuple[float, FrameDetections]]  # time and what was found, by frame
Signs = Float[np.ndarray, "T signs"]
SIGNS = ("objects", "born", "lost", "unsure objects", "overlapping pairs")
UNSURE, OVERLAP = 0.5, 0.2
SHARES = (1 / 2, 1 / 3, 1 / 4, 1 / 6)


def main() -> None:
    """Print tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sequences", type=int, default=6)
    parser.add_argument("--frames", type=int, default=150)
    given = parser.parse_args()
    torch.set_num_threads(1)
    networks = Networks(given.folder, torch.device("cpu"))
    pair = networks.pair(Row(name="naive-mix", every=2), given.seed)
    assert pair.teacher is not None
    assert pair.student is not None
    shown = crowd_sequences("validate", given.sequences, given.frames)
    teacher = [look(pair, pair.teacher, sequence) for sequence in shown]
    student = [look(pair, pair.student.network, sequence) for sequence in shown]
    worth, signs = [], []
    for by_teacher, by_student, sequence in zip(teacher, student, shown, strict=True):
        alone, found = follow(by_student)
        worth.append(errors(alone, sequence) - errors(follow(by_teacher)[0], sequence))
        signs.append(found)
    everything = np.concatenate(worth)
    rng = np.random.default_rng(0)
    choices: dict[str, Callable[[float], list[Bool[np.ndarray, " T"]]]] = {
        "every K-th": lambda share: [np.arange(len(w)) % round(1 / share) == 0 for w in worth],
        "random": lambda share: [rng.random(len(w)) < share for w in worth],
        "best": lambda share: [w > np.quantile(everything, 1 - share) for w in worth],
    }
    sys.stdout.write("| key frames | share | MOTA | IDF1 |\n|---|---:|---:|---:|\n")
    for name, choose in choices.items():
        for share in SHARES:
            keys = choose(share)
            mixed = [mix(*each) for each in zip(teacher, student, keys, strict=True)]
            scores = reduce(operator.add, (
                evaluate(follow(found)[0], sequence.truth)
                for found, sequence in zip(mixed, shown, strict=True)
            ))  # fmt: skip
            numbers = (np.concatenate(keys).mean(), scores["MOTA"], scores["IDF1"])
            row = " | ".join(f"{100 * number:.1f}" for number in numbers)
            sys.stdout.write(f"| {name} | {row} |\n")
    sys.stdout.write("\n| sign | of the frame before | of the frame itself |\n|---|---:|---:|\n")
    for number, name in enumerate(SIGNS):
        before = correlation((s[:-1, number] for s in signs), (w[1:] for w in worth))
        itself = correlation((s[:, number] for s in signs), worth)
        sys.stdout.write(f"| {name} | {before:.2f} | {itself:.2f} |\n")
    lag = correlation((w[:-1] for w in worth), (w[1:] for w in worth))
    sys.stdout.write(f"| its worth | {lag:.2f} | 1 |\n")


def look(pair: Pair, network: OneShotNetwork, sequence: LabelledSequence) -> Found:
    """What a network finds in each frame."""
    tracker, found = AttTrackTracker(pair), []
    with torch.inference_mode():
        for frame in sequence.frames():
            boxed = tracker.prepare(frame)
            decoded = decode(network(boxed.image))
            found.append((frame.time, found_in(decoded, boxed.boxed, ASSOCIATION)))
    return found


def mix(teacher: Found, student: Found, keys: Bool[np.ndarray, " T"]) -> Found:
    """Of the teacher in key frames, of the student in others."""
    return [t if key else s for t, s, key in zip(teacher, student, keys, strict=True)]


def follow(found: Found) -> tuple[Tracks, Signs]:
    """Tracks, and signs of each frame."""
    embedding = found[0][1].embedding
    assert embedding is not None
    associator = Associator(ASSOCIATION, embedding_size=embedding.shape[1])
    state, seen, signs = associator.start(), [], []
    for time, detections in found:
        before = state
        state, objects = associator.step(before, detections, time)
        seen.append(objects)
        surprise = surprise_of(before, state)
        overlaps = np.triu(iou(detections.box, detections.box) > OVERLAP, k=1).sum()
        unsure = (objects.confidence < UNSURE).sum()
        signs.append((len(objects), surprise.births, surprise.lost, unsure, overlaps))
    return stack(seen), np.array(signs, dtype=np.float64)


def errors(tracks: Tracks, sequence: LabelledSequence) -> Float[np.ndarray, " T"]:
    """False positives, misses and switches in each frame."""
    counts = evaluate_by_frame(tracks, sequence.truth)
    return (counts.fp + counts.fn + counts.switches).astype(np.float64)


def correlation(
    signs: Iterable[np.ndarray], worth: Sequence[np.ndarray] | Iterable[np.ndarray]
) -> float:
    """Over all sequences together."""
    return float(np.corrcoef(np.concatenate(list(signs)), np.concatenate(list(worth)))[0, 1])


if __name__ == "__main__":
    main()
