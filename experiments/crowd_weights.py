"""Make the weights of AttTrack that animot ships: learn, score on unseen video, write them down.

    python experiments/crowd_weights.py

Learning goes on where it stopped, here or in `animot reproduce atttrack --steps 1000 --threads 1
-o runs/atttrack`, whose first seed this is. The result is
src/animot/weights/crowd-*.safetensors and JSON files that name the command, commit, seed, time and
score that made them.
"""

import argparse
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from animot.atttrack.roles import Role
from animot.atttrack.stored import OF_THE_LESSON
from animot.report.progress import ProgressLine
from animot.reproduce.atttrack.cells import Cell, Scoring, Training
from animot.reproduce.atttrack.methods import Row
from animot.reproduce.atttrack.result import LEARNED, SCORES, Scored
from animot.reproduce.atttrack.run import open_work
from animot.reproduce.atttrack.summary import Summary
from animot.reproduce.atttrack.task import Task, make_task
from animot.reproduce.json_file import read_json
from animot.reproduce.learned import Learned
from animot.reproduce.sharing import work_through
from animot.stored_weights import WEIGHTS, read_weights
from animot.training import checkpoint
from animot.training.checkpoint import Checkpoint

STEPS, SEED, THREADS = 1000, 1, 1
OUT = Path("runs/atttrack")


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A network of the reproduction, and the row that scores it."""

    network: Training
    row: Row


def _recipe(role: Role, row: str, every: int | None = None) -> Recipe:
    return Recipe(network=Training(role=role, seed=SEED), row=Row(name=row, every=every))


RECIPES = {
    "crowd-teacher": _recipe("teacher", "teacher"),
    "crowd-student": _recipe("student", "atttrack", every=4),
    "crowd-student-layerwise": _recipe("layerwise", "layerwise", every=4),
    "crowd-student-plain": _recipe("plain", "student"),
}
# What says how a network is built, and what it was learned from and how.
KEPT = ("engine", "role", "config", "preset", "ablation", "every", "fingerprints", "training")


def main() -> None:
    """Make all shipped networks of AttTrack, the teacher first: students know its digest."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    task = make_task("crowd", "tiny", steps=STEPS, minutes=None, sequences=None, frames=None)
    scorings = {name: Scoring(row=one.row, seed=SEED) for name, one in RECIPES.items()}
    networks = [one.network for one in RECIPES.values()]
    with ProgressLine() as progress:
        work = open_work(
            task,
            OUT,
            threads=THREADS,
            on_step=progress.learned,
            on_frame=progress.tracked,
            say=progress.say,
        )
        cells: list[Cell] = [*networks, *scorings.values()]
        finished = work_through(work, cells, progress.say)
    if not (finished and all(map(work.is_finished, cells))):
        sys.exit(f"not finished; the same command goes on from {OUT}")
    digest = None
    for name, recipe in RECIPES.items():
        scores = _scores(task, scorings[name])
        _write(name, recipe.network, task, scores, digest)
        digest = digest or checkpoint.load(WEIGHTS, name).facts["sha256"]
        sys.stdout.write(f"{WEIGHTS / name}.json: {scores}\n")


def _scores(task: Task, scoring: Scoring) -> dict[str, float]:
    scored = read_json(scoring.folder(OUT) / SCORES, Scored)
    summary = Summary(task=task, results={scoring.row: [scored]}, times=None, learned={})
    samples = summary.samples(scoring.row)
    assert samples is not None
    counts = {name: summary.mean_count(scoring.row, name) for name in ("fp", "fn", "switches")}
    return {name: sample.value for name, sample in samples.items()} | counts


def _write(
    name: str, network: Training, task: Task, scores: dict[str, float], teacher: str | None
) -> None:
    """Weights, and how they were made.

    Parameters
    ----------
    teacher : digest of the shipped teacher; None: this is it.
    """
    found = read_weights(network.run(OUT))
    facts: dict[str, Any] = {
        **{key: found.facts[key] for key in KEPT if key in found.facts},
        **asdict(read_json(network.folder(OUT) / LEARNED, Learned)),
        "seed": SEED,
        "teacher": teacher if network.teacher is not None else None,
        "command": "python experiments/crowd_weights.py",
        "test": f"{RECIPES[name].row}, {task.sequences} sequences of {task.frames} frames",
        "scores": scores,
    }
    checkpoint.save(Checkpoint(tensors=_needed(found, network.role), facts=facts), WEIGHTS, name)


def _needed(found: Checkpoint, role: Role) -> dict[str, Any]:
    """Weights to track with; of a teacher also those that it teaches with."""
    return {
        f"model/{name}": tensor
        for name, tensor in found.group("model").items()
        if role == "teacher" or not name.startswith(OF_THE_LESSON)
    }


if __name__ == "__main__":
    main()
