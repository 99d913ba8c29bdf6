"""Add Attend, Infer, Repeat to the strips of a reproduction: learn it, and draw what it sees.

    animot reproduce tba-sprites --preset fast --steps 2000 -o runs/sprites
    python experiments/air.py runs/sprites --minutes 10 --threads 1

Learns single frames of the made video that the trackers learned, and draws its row, AIR, in
runs/sprites/strips.png. There is no time in it, so it has no place in the table.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from air_model import AIR
from jaxtyping import Float, UInt8
from torch import Tensor

from animot.data.clips import ClipSource
from animot.data.split import split_made
from animot.made_sets import MADE_SETS, make_video
from animot.report.strips import Strip
from animot.reproduce.folder import one_at_a_time, read_task
from animot.reproduce.tba.cell import Task
from animot.reproduce.tba.figures import redraw_strips
from animot.reproduce.tba.published import Experiment, experiment_of
from animot.reproduce.tba.replay import shown_video, to_rgb
from animot.reproduce.tba.strip_file import write_strip
from animot.tba.noise import Noise
from animot.tba.pixels import to_tensor

NAME = "AIR"
BATCH_SIZE = 32
LEARNING_RATE = 5e-4
GRADIENT_NORM = 100.0
# All streams begin empty; from here on they are no longer in step.
FIRST_FRAME = 1000


def model_for(experiment: Experiment) -> AIR:
    """AIR with windows as large as the trackers' patches, for as many objects."""
    config = MADE_SETS[experiment.made].configs["paper"]
    return AIR(config.frame_channels, config.patch_size, config.num_trackers)


def learn(model: AIR, source: ClipSource, seed: int) -> Iterator[float]:
    """Learn a step from one frame of each stream, again and again; gives the loss of each."""
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    noise = Noise(torch.Generator().manual_seed(seed))
    step = 0
    while True:
        frames = to_tensor(source.batch(FIRST_FRAME + step).frames[:, 0])
        loss = model(frames, noise).loss(frames)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), GRADIENT_NORM)
        optimizer.step()
        step += 1
        yield loss.item()


@torch.inference_mode()
def strip_of(model: AIR, frames: UInt8[np.ndarray, "N H W D"]) -> Strip:
    """What it makes of frames, each on its own."""
    found = model(to_tensor(frames), None)
    outputs: Float[Tensor, "N T D U V"] = found.presence[..., None, None, None] * found.window
    return Strip(
        name=NAME, frames=to_rgb(found.reconstruction.clamp(0, 1)), outputs=to_rgb(outputs)
    )


def main() -> None:
    """Learn, say how it goes, draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="of animot reproduce")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--digits", type=Path)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    task = read_task(given.folder, Task)
    experiment = experiment_of(task.experiment)
    made = make_video(experiment.made, given.seed, None, given.digits)
    source, _ = split_made(made, BATCH_SIZE, 1)
    model = model_for(experiment)
    begin = said = time.monotonic()
    for step, loss in enumerate(learn(model, source, given.seed), 1):
        now = time.monotonic()
        over = now - begin > 60 * given.minutes
        if over or now - said > 10:
            sys.stdout.write(f"step {step}  {(now - begin) / 60:.1f} min  loss {loss:.0f}\n")
            sys.stdout.flush()
            said = now
        if over:
            break
    frames = shown_video(experiment, given.digits)[experiment.shown.start :]
    with one_at_a_time(given.folder):
        write_strip(given.folder, strip_of(model, frames))
        redraw_strips(given.folder, task, given.digits)


if __name__ == "__main__":
    main()
