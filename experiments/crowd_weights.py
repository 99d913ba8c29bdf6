"""Make the weights of AttTrack that animot ships: learn, score on unseen video, write them down.

    python experiments/crowd_weights.py crowd-teacher|crowd-student|...

Learning goes on where it stopped, here or in `animot reproduce atttrack --steps 1000 --threads 1
-o runs/atttrack`, whose first seed this is. The result is src/animot/weights/NAME.safetensors and a
JSON file that names the command, commit, seed, time and score that made them.
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
from animot.reproduce.atttrack.task import make_task
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
    """Make one of the shipped networks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=RECIPES)
    name = parser.parse_args().name
    recipe = RECIPES[name]
    scoring = Scoring(row=recipe.row, seed=SEED)
    task = make_task("crowd", "tiny", steps=STEPS, minutes=None, sequences=None, frames=None)
    with ProgressLine() as progress:
        work = open_work(
            task,
            OUT,
            threads=THREADS,
            on_step=progress.learned,
            on_frame=progress.tracked,
            say=progress.say,
        )
        cells: list[Cell] = [*scoring.networks, recipe.network, scoring]
        if not work_through(work, cells, progress.say) or not work.is_finished(scoring):
            sys.exit(f"not finished; the same command goes on from {OUT}")
    scored = read_json(scoring.folder(OUT) / SCORES, Scored)
    learned = read_json(recipe.network.folder(OUT) / LEARNED, Learned)
    summary = Summary(task=task, results={recipe.row: [scored]}, times=None, learned={})
    samples = summary.samples(recipe.row)
    assert samples is not None
    scores = {key: sample.value for key, sample in samples.items()}
    scores |= {key: summary.mean_count(recipe.row, key) for key in ("fp", "fn", "switches")}
    found = read_weights(recipe.network.run(OUT))
    facts: dict[str, Any] = {
        **{key: found.facts[key] for key in KEPT if key in found.facts},
        **asdict(learned),
        "seed": SEED,
        "command": f"python experiments/crowd_weights.py {name}",
        "test": {"row": str(recipe.row), "sequences": task.sequences, "frames": task.frames},
        "scores": scores,
    }
    checkpoint.save(
        Checkpoint(tensors=_needed(found, recipe.network.role), facts=facts), WEIGHTS, name
    )
    sys.stdout.write(f"{WEIGHTS / name}.json: {scores}\n")


def _needed(found: Checkpoint, role: Role) -> dict[str, Any]:
    """Weights to track with; of a teacher also those that it teaches with."""
    return {
        f"model/{name}": tensor
        for name, tensor in found.group("model").items()
        if role == "teacher" or not name.startswith(OF_THE_LESSON)
    }


if __name__ == "__main__":
    main()
