"""How far the settings of association are tuned to what they are scored on.

    OMP_NUM_THREADS=1 python benchmarks/association_tuning.py

Each setting is moved, alone, to a smaller and a larger value. For each MOT17 sequence the setting
that is best on the three others and on PETS09-S2L1, frames 1-350, is then scored on the one left
out; these four scores together are what the defaults can be compared with. PETS is scored on
frames 351-530, which chose nothing. The sum of HOTA, MOTA and IDF1 is what is best.
"""

from dataclasses import replace
from functools import reduce
from operator import add

import animot
from association import PETS, SCORED_PETS_FRAMES, Task, tasks

TUNED_PETS_FRAMES = 350
DEFAULT = animot.AssociationConfig()
ALTERNATIVES = {
    "high_confidence": (0.3, 0.7),
    "birth_confidence": (0.6, 0.9),
    "lost_seconds": (1.0, 2.0, 5.0),
    "coast_seconds": (0.0, 0.08, 0.25),
    "min_iou": (0.1, 0.3),
    "min_low_iou": (0.3, 0.7),
    "wide_buffer": (0.0, 0.2, 0.5),
    "clear_part": (0.2, 0.6, None),
    "noise.box": (0.05, 0.12),
    "noise.position": (0.18, 0.4),
    "noise.velocity": (0.3, 1.0),
    "noise.start_velocity": (0.5, 2.0),
}
Scored = dict[str, animot.Scores]


def changed(name: str, value: float | None) -> animot.AssociationConfig:
    if name.startswith("noise."):
        noise = replace(DEFAULT.noise, **{name.removeprefix("noise."): value})
        return replace(DEFAULT, noise=noise)
    return replace(DEFAULT, **{name: value})


def score(task: Task, detections: animot.Detections, config: animot.AssociationConfig) -> Scored:
    """Scores of a sequence; of PETS in two parts."""
    tracks = animot.associate(detections, fps=task.fps, config=config)
    if task.name != PETS:
        return {task.name: task.score(tracks)}
    truth = animot.read_truth(task.truth, SCORED_PETS_FRAMES).tracks
    parts = {
        "tuned": (0, TUNED_PETS_FRAMES - 1),
        "left": (TUNED_PETS_FRAMES, SCORED_PETS_FRAMES - 1),
    }
    return {
        f"{PETS} {part}": animot.evaluate(tracks.between(*frames), truth.between(*frames))
        for part, frames in parts.items()
    }


def total(scores: list[animot.Scores]) -> float:
    """HOTA + MOTA + IDF1, averaged over the sequences."""
    return sum(s["HOTA"] + s["MOTA"] + s["IDF1"] for s in scores) / len(scores)


def line(name: str, scores: animot.Scores) -> str:
    numbers = " ".join(f"{m} {100 * scores[m]:5.2f}" for m in ("HOTA", "MOTA", "IDF1"))
    return f"{name:44s} {numbers} IDSW {scores['IDSW']}"


def main() -> None:
    every = tasks()
    mot17 = [task.name for task in every if task.name != PETS]
    detections = {t.name: animot.read_detections(t.detections, t.num_frames) for t in every}
    configs = {"default": DEFAULT} | {
        f"{name}={value}": changed(name, value)
        for name, values in ALTERNATIVES.items()
        for value in values
    }
    results: dict[str, Scored] = {}
    for name, config in configs.items():
        results[name] = {}
        for task in every:
            results[name] |= score(task, detections[task.name], config)
        print(line(f"MOT17 {name}", reduce(add, (results[name][s] for s in mot17))), flush=True)
        print(line(f"  PETS 1-350 {name}", results[name][f"{PETS} tuned"]), flush=True)
    left_out = []
    for held in [*mot17, f"{PETS} left"]:
        used = [s for s in [*mot17, f"{PETS} tuned"] if s != held]
        best = max(results, key=lambda name: total([results[name][s] for s in used]))
        left_out.append(results[best][held])
        print(line(f"{held}: chosen without it: {best}", left_out[-1]))
        print(line(f"{held}: default", results["default"][held]))
    print(line("MOT17, each left out", reduce(add, left_out[:-1])))
    print(line("MOT17, default", reduce(add, (results["default"][s] for s in mot17))))


if __name__ == "__main__":
    main()
