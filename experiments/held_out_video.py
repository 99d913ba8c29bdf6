"""Does a tracker learn the frames of a real video by heart? What is explained of frames held out.

    python experiments/held_out_video.py VIDEO --steps 300 --every 50 --size 96x72 --threads 1

Learns with the fast preset from the first 95 % of a video, and prints on the way how much of what
moves is explained in clips of these frames and in clips of the last 5 %.
"""

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import torch

from animot.data.clips import VideoClips
from animot.data.sequence import open_sequence
from animot.data.split import split_video
from animot.device import choose_device
from animot.planning import Options, plan_video
from animot.precision import fastest_dtype
from animot.saved import DTYPES
from animot.tba.explained import explain
from animot.tba.learner import TBALearner
from animot.tba.model import TBA, Precision
from animot.training import loop
from animot.training.loop import Report
from animot.training.schedule import Budget

SHARE = 0.05
BATCHES = 5


def main() -> None:
    """Learn, and compare on the way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("video", type=Path)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--every", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--size", default="192x144")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    width, _, height = given.size.partition("x")
    options = Options(seed=given.seed, size=(int(width), int(height)))
    with tempfile.TemporaryDirectory() as folder:
        plan = plan_video([open_sequence(given.video)], Path(folder), options)
        training = plan.training
        batches = (training.batch_size, training.clip_length, given.seed)
        assert isinstance(plan.held_out, VideoClips)
        scenes = plan.held_out.scenes  # the whole video: `fast` holds nothing out
        learned, held_out = split_video(scenes, *batches, SHARE)
        again, _ = split_video(scenes, *batches[:2], given.seed + 1, SHARE)
        model = TBA(plan.config, Precision(dtype=DTYPES[fastest_dtype(choose_device("cpu"))]))

        def compare(report: Report) -> None:
            if report.step % given.every == 0:
                seen, unseen = (
                    explain(model, map(source.batch, range(BATCHES)))
                    for source in (again, held_out)
                )
                sys.stdout.write(
                    f"step {report.step:5}  {report.seconds / 60:5.1f} min  "
                    f"loss {seen['loss']:7.1f} {unseen['loss']:7.1f}  "
                    f"explained {seen['explained']:.3f} {unseen['explained']:.3f}\n"
                )
                sys.stdout.flush()

        never = replace(training, validate_every=10 * given.steps)
        learner = TBALearner(model, learned, given.seed)
        loop.learn(learner, never, Budget(steps=given.steps), Path(folder), {}, on_step=compare)


if __name__ == "__main__":
    main()
