"""How fast a made set is learned: scores on unseen video against minutes of learning.

    python experiments/learning_curve.py sprites --steps 600 --every 50 --seed 2
    python experiments/learning_curve.py mnist --steps 1500 --every 100 --preset fast

Prints a line per measurement and the first one with MOTA 90. Scoring time is not learning time.
The unseen video of mnist shows training digits along unseen ways: t10k is kept for tests.
"""

import argparse
import sys

import torch
from made_runs import UnseenVideo, prepare

from animot.made_sets import MADE_SETS
from animot.training.loop import Report


def main() -> None:
    """Learn, and score on the way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=MADE_SETS)
    parser.add_argument("--preset", default="fast")
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--every", type=int, default=50)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--frames", type=int, default=150, help="of each of 8 streams")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    run = prepare(given.name, given.seed, given.preset)
    unseen = UnseenVideo(run.made, num_frames=given.frames)
    reached: list[str] = []

    def score(report: Report) -> None:
        scores = unseen.scores(run)
        line = (
            f"step {report.step:5}  {report.step * run.frames_per_step:7} frames  "
            f"{report.seconds / 60:5.1f} min  MOTA {100 * scores['MOTA']:5.1f}  "
            f"IDF1 {100 * scores['IDF1']:5.1f}  MOTP {100 * scores['MOTP']:5.1f}"
        )
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        if scores["MOTA"] >= 0.9:
            reached.append(line)

    run.learn(given.steps, given.every, score)
    sys.stdout.write(f"MOTA 90: {reached[0] if reached else 'not reached'}\n")


if __name__ == "__main__":
    main()
