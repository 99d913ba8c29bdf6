"""Association of public detections: how many updates a second, and how good the tracks are.

    OMP_NUM_THREADS=1 python benchmarks/association.py [--others ENV/bin/python]

Faster R-CNN detections of four MOT17 sequences (updates a second are theirs) and of PETS09-S2L1,
all 795 frames, of which 1-530 have ground truth. One setting for all. Detections are read before
the clock runs; one core, processor time, the best of several times counts. `--others` names the
Python of an environment as `association_others.py` says; it is then measured in the same run.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from functools import reduce
from operator import add
from pathlib import Path

import animot

PROJECT = Path(__file__).parent.parent
DATA = Path(os.environ.get("ANIMOT_DATA", PROJECT.parent / "shared" / "data"))
PETS = "PETS09-S2L1"
SCORED_PETS_FRAMES = 530


@dataclass(frozen=True, kw_only=True)
class Task:
    """A sequence with detections and truth."""

    name: str
    num_frames: int
    fps: float
    detections: Path
    truth: Path

    @property
    def scored_frames(self) -> int:
        """Frames from the first on that have truth."""
        return SCORED_PETS_FRAMES if self.name == PETS else self.num_frames

    def score(self, tracks: animot.Tracks) -> animot.Scores:
        """Scores of tracks of the whole sequence."""
        truth = animot.read_truth(self.truth, self.scored_frames)
        return animot.evaluate(tracks.between(0, self.scored_frames - 1), truth)


def tasks() -> list[Task]:
    lengths = {"04": (1050, 30.0), "05": (837, 14.0), "09": (525, 30.0), "11": (900, 30.0)}
    mot17 = [
        Task(
            name=f"MOT17-{number}-FRCNN",
            num_frames=num_frames,
            fps=fps,
            detections=DATA / "mot17-mini" / f"MOT17-{number}-FRCNN" / "det" / "det.txt",
            truth=DATA / "mot-pairs" / "mot17" / "gt" / f"MOT17-{number}-FRCNN" / "gt" / "gt.txt",
        )
        for number, (num_frames, fps) in lengths.items()
    ]
    pets = DATA / "pets09-s2l1"
    return [
        *mot17,
        Task(
            name=PETS,
            num_frames=795,
            fps=10.0,
            detections=pets / "det" / "det_sort_frcnn.txt",
            truth=pets / "gt" / "gt_000001-000530.txt",
        ),
    ]


def row(name: str, speed: str, scores: dict[str, animot.Scores]) -> str:
    """Overall scores of MOT17, then those of PETS."""
    mot17 = reduce(add, (score for task, score in scores.items() if task != PETS))
    cells = [
        f"{100 * overall[metric]:.1f}"
        for overall in (mot17, scores[PETS])
        for metric in ("HOTA", "MOTA", "IDF1")
    ]
    cells[3:3] = [str(mot17["IDSW"])]
    cells.append(str(scores[PETS]["IDSW"]))
    return f"| {name} | {speed} | {' | '.join(cells)} |"


def ours(repeat: int) -> None:
    every = tasks()
    detections = {
        task.name: animot.read_detections(task.detections, task.num_frames) for task in every
    }
    fastest, frames = float("inf"), sum(task.num_frames for task in every if task.name != PETS)
    for _ in range(repeat):
        start = time.process_time()
        for task in every:
            if task.name != PETS:
                animot.associate(detections[task.name], fps=task.fps)
        fastest = min(fastest, time.process_time() - start)
    scores = {
        task.name: task.score(animot.associate(detections[task.name], fps=task.fps))
        for task in every
    }
    print(row("animot", f"{frames / fastest:.0f}", scores))
    for name, score in scores.items():
        numbers = " ".join(f"{m} {100 * score[m]:.1f}" for m in ("HOTA", "MOTA", "IDF1"))
        print(f"  {name}: {numbers} IDSW {score['IDSW']}")


def others(python: str) -> None:
    script = Path(__file__).with_name("association_others.py")
    every = tasks()
    words = [f"{task.name}:{task.num_frames}:{task.fps}:{task.detections}" for task in every]
    with tempfile.TemporaryDirectory() as folder:
        finished = subprocess.run(
            [python, str(script), folder, *words], capture_output=True, text=True, check=True
        )
        said = json.loads(finished.stdout.splitlines()[-1])
        for kind, speed in said["updates_per_second"].items():
            scores = {
                task.name: task.score(
                    animot.read_tracks(Path(folder) / kind / f"{task.name}.txt", task.num_frames)
                )
                for task in every
            }
            print(row(f"{kind} (trackers {said['version']})", f"{speed:.0f}", scores))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--others", metavar="PYTHON")
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print("| | updates/s | MOT17 HOTA | MOTA | IDF1 | IDSW | PETS HOTA | MOTA | IDF1 | IDSW |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    ours(options.repeat)
    if options.others:
        others(options.others)


if __name__ == "__main__":
    main()
