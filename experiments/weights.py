"""Make the weights that animot ships: learn, score on unseen video, write them down.

    python experiments/weights.py sprites|mnist

Learning goes on where it stopped, here or in `experiments/seeds.py`. The result is
src/animot/weights/NAME.safetensors and a JSON file that names the command, commit, seed, time and
score that made them.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from whole_run import learn_whole

from animot.report.progress import ProgressLine
from animot.reproduce.source import commit
from animot.reproduce.tba.protocol import protocol_of, score
from animot.reproduce.tba.published import EXPERIMENTS
from animot.saved import camera_tensors
from animot.stored_weights import WEIGHTS
from animot.training import checkpoint
from animot.training.checkpoint import Checkpoint


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a shipped model is learned, and what it is scored on."""

    steps: int
    seed: int
    threads: int
    experiment: str


RECIPES = {
    "sprites": Recipe(steps=2400, seed=1, threads=1, experiment="tba-sprites"),
    "mnist": Recipe(steps=2400, seed=1, threads=1, experiment="tba-mnist"),
}


def run_folder(name: str, seed: int) -> Path:
    """Where a recipe learns with a seed."""
    return Path("runs") / f"weights-{name}-{seed}"


def main() -> None:
    """Make one of the shipped models."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=RECIPES)
    name = parser.parse_args().name
    recipe = RECIPES[name]
    made, learned_with = EXPERIMENTS[recipe.experiment].test(None), commit()
    with ProgressLine() as progress:
        model = learn_whole(
            name,
            run_folder(name, recipe.seed),
            progress,
            steps=recipe.steps,
            seed=recipe.seed,
            threads=recipe.threads,
        )
    scores = score(model, made)
    facts = {
        **{key: model.facts[key] for key in ("engine", "config", "dtype", "training", "step")},
        **{key: model.facts[key] for key in ("seconds", "seed", "threads", "torch", "python")},
        "command": f"python experiments/weights.py {name}",
        "commit": learned_with,
        "test": protocol_of(made),
        "scores": scores,
    }
    tensors = {f"model/{key}": value for key, value in model.network.state_dict().items()}
    tensors |= {f"camera/{key}": value for key, value in camera_tensors(model.cameras).items()}
    checkpoint.save(Checkpoint(tensors=tensors, facts=facts), WEIGHTS, name)
    shown = {key: scores[key] for key in ("MOTA", "IDF1", "HOTA", "MOTP", "IDSW")}
    sys.stdout.write(f"{WEIGHTS / name}.json: {shown}\n")


if __name__ == "__main__":
    main()
