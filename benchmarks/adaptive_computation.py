"""The cost of tracking follows the objects, not the trackers (adaptive computation, Sec. 3.4).

    OMP_NUM_THREADS=1 python benchmarks/adaptive_computation.py [--frames 100] [--steps 3]
    OMP_NUM_THREADS=1 python benchmarks/adaptive_computation.py --quality 5000

The shipped sprites weights run with any number of trackers, as trackers share them. First table:
tracking one video of Sprites-MOT; turns that trackers took in a frame, objects in it, and
milliseconds of a frame (median), with the loop that ends early and with the one that does not;
frames of the two take turns. Second table: learning in batches of 8 x 10, where the rows of a batch
drop out one by one; frames per second, medians of steps that take turns. With --quality, scores on
so many unseen frames instead.
"""

import argparse
import statistics
import time

import numpy as np
import torch
from tracking import FIRST, sprites_frames, sprites_model

from animot.data.clips import MadeClips
from animot.data.made_sequence import MadeSequence
from animot.data.sprites_mot import SpritesMOT
from animot.metrics import evaluate
from animot.tba.tracker import TBATracker
from animot.tracker import track as track_frames
from training import step

FRAME_SIZE = (128, 128)
TRACKERS = (4, 16, 64)
OBJECTS = (1, 3, 10, 25, 50)
BATCH, CLIP_LENGTH = 8, 10


def track(num_trackers: int, num_objects: int, count: int) -> str:
    """Row of the first table."""
    black = np.zeros((*FRAME_SIZE, 3), dtype=np.uint8)
    trackers = [
        TBATracker(sprites_model(FRAME_SIZE, num_trackers, end_early=end_early), black)
        for end_early in (True, False)
    ]
    states = [tracker.start() for tracker in trackers]
    frames = sprites_frames(FRAME_SIZE, num_objects, FIRST + count)
    times: list[list[float]] = [[], []]
    turns = []
    for frame in frames:
        for n, tracker in enumerate(trackers):
            begin = time.perf_counter()
            states[n], _ = tracker.step(states[n], frame)
            times[n].append(1000 * (time.perf_counter() - begin))
        turns.append(int((states[0].trackers.confidence > 0).sum()))
    early, late = (statistics.median(row[FIRST:]) for row in times)
    ratio = statistics.median(b / a for a, b in zip(*(t[FIRST:] for t in times), strict=True))
    truth = SpritesMOT(5, num_objects).tracks(0, len(frames))
    present = float((truth.frame >= FIRST).sum()) / count
    taken = statistics.mean(turns[FIRST:])
    return (
        f"| {num_trackers} | {present:.1f} | {taken:.1f} | {early:.1f} | {late:.1f} | {ratio:.1f} |"
    )


def learn(num_trackers: int, num_objects: int, steps: int) -> str:
    """Row of the second table."""
    source = MadeClips(SpritesMOT(0, num_objects), BATCH, CLIP_LENGTH)
    models = [
        sprites_model(FRAME_SIZE, num_trackers, end_early=end_early) for end_early in (True, False)
    ]
    optimizers = [torch.optim.Adam(model.parameters(), lr=0.0) for model in models]
    seconds: list[list[float]] = [[], []]
    for number in range(steps + 1):
        for n, (model, optimizer) in enumerate(zip(models, optimizers, strict=True)):
            parts = step(model, source, optimizer, number).milliseconds()
            seconds[n].append(sum(parts.values()) / 1000)
    early, late = (BATCH * CLIP_LENGTH / statistics.median(row[1:]) for row in seconds)
    ratio = statistics.median(b / a for a, b in zip(*(row[1:] for row in seconds), strict=True))
    return f"| {num_trackers} | {num_objects} | {early:.0f} | {late:.0f} | {ratio:.1f} |"


def quality(num_objects: int, count: int, *, end_early: bool) -> str:
    """Row of the third table."""
    num_trackers = num_objects + 1
    black = np.zeros((*FRAME_SIZE, 3), dtype=np.uint8)
    tracker = TBATracker(sprites_model(FRAME_SIZE, num_trackers, end_early=end_early), black)
    sequence = MadeSequence(made=SpritesMOT(10_000, num_objects), num_frames=count)
    scores = evaluate(track_frames(tracker, sequence.frames()), sequence.truth).as_dict()
    found = " | ".join(f"{100 * scores[name]:.2f}" for name in ("MOTA", "IDF1", "HOTA"))
    loop = "early" if end_early else "all"
    return f"| {num_trackers} | {num_objects} | {loop} | {found} | {scores['IDSW']:.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=100)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--quality", type=int, default=0, metavar="FRAMES")
    arguments = parser.parse_args()
    if arguments.quality:
        print("| trackers | objects at most | loop | MOTA | IDF1 | HOTA | IDSW |")
        print("|---|---|---|---|---|---|---|")
        for num_objects in (3, 8):
            for end_early in (False, True):
                print(quality(num_objects, arguments.quality, end_early=end_early), flush=True)
        return
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads\n")
    print("| trackers | objects | turns | ms, early | ms, all | times faster |")
    print("|---|---|---|---|---|---|")
    for num_trackers in TRACKERS:
        for num_objects in OBJECTS:
            print(track(num_trackers, num_objects, arguments.frames), flush=True)
    print("\n| trackers | objects at most | frames/s, early | frames/s, all | times faster |")
    print("|---|---|---|---|---|")
    for num_trackers in TRACKERS:
        for num_objects in (1, 3, 10):
            print(learn(num_trackers, num_objects, arguments.steps), flush=True)


if __name__ == "__main__":
    main()
