"""Make the weights that animot ships: learn, score on unseen video, write them down.

    python experiments/weights.py sprites|mnist

Learning goes on where it stopped. The result is src/animot/weights/NAME.safetensors and a JSON
file that names the command, commit, seed, time and score that made them.
"""

import argparse
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from animot.data.digits import load_digits
from animot.data.made import MadeVideo
from animot.data.made_sequence import MadeSequence
from animot.data.mnist_mot import MnistMOT
from animot.data.sprites_mot import SpritesMOT
from animot.learning import learn
from animot.metrics import evaluate
from animot.report.progress import ProgressLine
from animot.saved import Model, camera_tensors
from animot.stored_weights import WEIGHTS
from animot.tracker import track
from animot.training import checkpoint
from animot.training.checkpoint import Checkpoint

TEST_SEED = 10_000
TEST_FRAMES = 10_000


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a shipped model is learned, and what it is scored on."""

    steps: int
    seed: int
    threads: int
    test: Callable[[], MadeVideo]


RECIPES = {
    "sprites": Recipe(steps=2000, seed=1, threads=1, test=lambda: SpritesMOT(TEST_SEED)),
    "mnist": Recipe(
        steps=2000, seed=1, threads=1, test=lambda: MnistMOT(TEST_SEED, load_digits(split="test"))
    ),
}


def score(model: Model, made: MadeVideo) -> dict[str, float]:
    """Scores on one continuous sequence, state carried through, as published."""
    sequence = MadeSequence(made=made, num_frames=TEST_FRAMES)
    found = track(model.tracker(model.cameras[0]), sequence.frames())
    scores = evaluate(found, sequence.truth).as_dict()
    return {name: float(value) for name, value in scores.items() if "/" not in name}


def main() -> None:
    """Make one of the shipped models."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=RECIPES)
    name = parser.parse_args().name
    recipe = RECIPES[name]
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True)
    with ProgressLine() as progress:
        model = learn(
            name,
            Path("runs") / f"weights-{name}",
            steps=recipe.steps,
            seed=recipe.seed,
            threads=recipe.threads,
            on_step=progress.learned,
            say=progress.say,
        )
    scores = score(model, recipe.test())
    facts = {
        **{key: model.facts[key] for key in ("engine", "config", "dtype", "training", "step")},
        **{key: model.facts[key] for key in ("seconds", "seed", "threads", "torch", "python")},
        "command": f"python experiments/weights.py {name}",
        "commit": commit.stdout.strip(),
        "test": f"{TEST_FRAMES} frames of stream 0, seed {TEST_SEED}, IoU 0.5",
        "scores": scores,
    }
    tensors = {f"model/{key}": value for key, value in model.network.state_dict().items()}
    tensors |= {f"camera/{key}": value for key, value in camera_tensors(model.cameras).items()}
    checkpoint.save(Checkpoint(tensors=tensors, facts=facts), WEIGHTS, name)
    shown = {key: scores[key] for key in ("MOTA", "IDF1", "HOTA", "MOTP", "IDSW")}
    sys.stdout.write(f"{WEIGHTS / name}.json: {shown}\n")


if __name__ == "__main__":
    main()
