"""How fast a made set is learned: scores on unseen video against minutes of learning.

    python experiments/learning_curve.py sprites --steps 600 --every 50 --seed 2
    python experiments/learning_curve.py mnist --steps 1500 --every 100 --preset fast

Prints a line per measurement and the first one with MOTA 90. Scoring time is not learning time.
The unseen video of mnist shows training digits along unseen ways: t10k is kept for tests.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import torch

from animot.data.made_sequence import MadeSequence
from animot.device import choose_device
from animot.made_sets import MADE_SETS, make_video
from animot.metrics import evaluate
from animot.planning import Options, plan_made
from animot.precision import fastest_dtype
from animot.saved import DTYPES
from animot.tba.learner import TBALearner
from animot.tba.model import TBA, Precision
from animot.tba.tracker import TBATracker
from animot.tracker import track
from animot.training import loop
from animot.training.loop import Report
from animot.training.schedule import Budget

# Validation video: seeds from here on are neither learned from nor used for tests.
VALIDATION_SEED = 20_000


def main() -> None:
    """Learn, and score on the way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=MADE_SETS)
    parser.add_argument("--preset", default="fast")
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--every", type=int, default=50)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--frames", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    plan = plan_made(
        make_video(given.name, given.seed, None, None),
        Options(seed=given.seed, preset=given.preset),
    )
    dtype = fastest_dtype(choose_device("cpu")) if plan.low_precision else "float32"
    model = TBA(plan.config, Precision(dtype=DTYPES[dtype]))
    learner = TBALearner(model, plan.source, given.seed)
    unseen = MadeSequence(
        made=make_video(given.name, VALIDATION_SEED, None, None), num_frames=given.frames
    )
    truth = unseen.truth
    frames_per_step = plan.training.batch_size * plan.training.clip_length
    reached: list[str] = []

    def score(report: Report) -> None:
        if report.step % given.every:
            return
        tracks = track(TBATracker(model, plan.cameras[0].background), unseen.frames())
        scores = evaluate(tracks, truth)
        line = (
            f"step {report.step:5}  {report.step * frames_per_step:7} frames  "
            f"{report.seconds / 60:5.1f} min  MOTA {100 * scores['MOTA']:5.1f}  "
            f"IDF1 {100 * scores['IDF1']:5.1f}  MOTP {100 * scores['MOTP']:5.1f}"
        )
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        if scores["MOTA"] >= 0.9:
            reached.append(line)

    with tempfile.TemporaryDirectory() as folder:
        loop.learn(
            learner, plan.training, Budget(steps=given.steps), Path(folder), {}, on_step=score
        )
    sys.stdout.write(f"MOTA 90: {reached[0] if reached else 'not reached'}\n")


if __name__ == "__main__":
    main()
