"""The shipped recipes with several seeds: scores of each, and how soon they were reached.

    python experiments/seeds.py sprites|mnist --seeds 1,2,3,4,5

Learns what `experiments/weights.py` learns, and scores on the way, each time the model that
validation without labels prefers so far: on a validation stream, for the curve; and in the end
once on the published protocol's test video. Each seed is stored as results/seeds/NAME-SEED.json and
not done again; several processes may work on different seeds at once. The table of all that is
stored, results/seeds-NAME.md, is written anew after each. Scoring is not part of the minutes.
"""

import argparse
import json
from pathlib import Path
from statistics import median
from typing import Any

from stored_seeds import Stored, work_through
from weights import RECIPES, Recipe, run_folder
from whole_run import facts_to_store, learn_whole

from animot.data.atomic import write_text
from animot.data.made_sequence import MadeSequence
from animot.data.split import VALIDATION_STREAMS
from animot.made_sets import make_video
from animot.metrics import evaluate
from animot.report.progress import ProgressLine
from animot.reproduce.source import commit
from animot.reproduce.tba.protocol import protocol_of, score
from animot.reproduce.tba.published import EXPERIMENTS
from animot.saved import load_model
from animot.tracker import track
from animot.training.loop import Report

GOALS = (90.0, 95.0, 98.0, 99.0)
COLUMNS = ("MOTA", "IDF1", "HOTA", "MOTP", "CLR_FP", "CLR_FN", "IDSW")
CURVE_FRAMES = 2000
Point = dict[str, float]


def is_due(step: int) -> bool:
    """Whether the curve has a point here: often in the beginning, where it is steep."""
    return step % 250 == 0 or (step <= 1000 and step % 100 == 0)


def curve_point(name: str, folder: Path, report: Report) -> Point:
    """Scores of the best model so far on a validation stream."""
    made = make_video(name, 0, None, None)
    sequence = MadeSequence(made=made, stream=VALIDATION_STREAMS[-1], num_frames=CURVE_FRAMES)
    model = load_model(folder)
    scores = evaluate(track(model.tracker(model.cameras[0]), sequence.frames()), sequence.truth)
    shown = {key: 100 * float(scores[key]) for key in ("MOTA", "IDF1", "MOTP")}
    return {"step": float(report.step), "seconds": report.seconds, **shown}


def run(name: str, recipe: Recipe, seed: int, progress: ProgressLine) -> dict[str, Any]:
    """Learn and score with one seed; what is stored of it."""
    folder = run_folder(name, seed)
    curve_file = folder.with_suffix(".curve.json")
    curve: list[Point] = json.loads(curve_file.read_text()) if curve_file.exists() else []

    def on_step(report: Report) -> None:
        progress.learned(report)
        if is_due(report.step) and all(point["step"] != report.step for point in curve):
            curve.append(curve_point(name, folder, report))
            write_text(curve_file, json.dumps(curve))

    learned_with = commit()
    model = learn_whole(
        name,
        folder,
        progress,
        steps=recipe.steps,
        seed=seed,
        threads=recipe.threads,
        on_step=on_step,
    )
    made = EXPERIMENTS[recipe.experiment].test(None)
    scores = score(model, made)
    return {
        **facts_to_store(model, recipe.steps, learned_with),
        "test": protocol_of(made),
        "scores": scores,
        "curve": sorted(curve, key=lambda point: point["step"]),
    }


def first_at(goal: float, curve: list[Point]) -> Point | None:
    """The first point of a curve at which MOTA is the goal or more."""
    return next((point for point in curve if point["MOTA"] >= goal), None)


def table(name: str, found: list[dict[str, Any]]) -> str:
    """The stored seeds in Markdown, with median and worst."""
    head = ["seed", *COLUMNS, *(f"step / minutes to MOTA {goal:.0f}" for goal in GOALS), "minutes"]
    lines = [
        f"# {name}: {found[0]['steps']:,} steps, {found[0]['test']}",
        "",
        "Scores are those of the checkpoint that validation without labels picks. The steps to a "
        f"MOTA are read off {CURVE_FRAMES:,} frames of a validation stream. Minutes are those of "
        "one thread on a machine with other work; `benchmarks/throughput.py` measures speed.",
        "",
        "| " + " | ".join(head) + " |",
        "|---" * len(head) + "|",
    ]
    for one in found:
        reached = [_reached(first_at(goal, one["curve"])) for goal in GOALS]
        cells = [str(one["seed"]), *(_cell(one["scores"], column) for column in COLUMNS)]
        lines.append("| " + " | ".join([*cells, *reached, f"{one['seconds'] / 60:.0f}"]) + " |")
    for word, of in (("median", median), ("worst", None)):
        cells = [_over(found, column, of) for column in COLUMNS]
        lines.append("| " + " | ".join([word, *cells, *[""] * (len(GOALS) + 1)]) + " |")
    return "\n".join(lines) + "\n"


def _over(found: list[dict[str, Any]], column: str, of: Any) -> str:
    values = [one["scores"][column] for one in found]
    worst = min if _is_share(column) else max
    return _cell({column: (of or worst)(values)}, column)


def _is_share(column: str) -> bool:
    return column in {"MOTA", "IDF1", "HOTA", "MOTP"}


def _cell(scores: dict[str, float], column: str) -> str:
    return f"{100 * scores[column]:.2f}" if _is_share(column) else f"{scores[column]:.0f}"


def _reached(point: Point | None) -> str:
    return "-" if point is None else f"{point['step']:.0f} / {point['seconds'] / 60:.1f}"


def main() -> None:
    """Do what is not stored yet, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=RECIPES)
    parser.add_argument("--seeds", default="1,2,3,4,5")
    given = parser.parse_args()
    seeds = map(int, given.seeds.split(","))
    with ProgressLine() as progress:

        def one(seed: int) -> Stored:
            return run(given.name, RECIPES[given.name], seed, progress)

        work_through("seeds", given.name, seeds, one, table)


if __name__ == "__main__":
    main()
