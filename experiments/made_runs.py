"""Learning made video and scoring it on the way: what several experiments share.

Video to score on is that on which animot validates: streams of their own, which no model learns
from and on which nothing is tested (`animot.data.split`). The first of them are those that
`validate` shows, so scores are taken on the last ones.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import UInt8

from animot.data.made import MadeVideo
from animot.data.split import VALIDATION_STREAMS
from animot.device import choose_device
from animot.made_sets import make_video
from animot.metrics import Scores, evaluate
from animot.planning import Options, Plan, made_plan, plan_made
from animot.precision import fastest_dtype
from animot.saved import DTYPES
from animot.tba.learner import TBALearner
from animot.tba.model import TBA, Precision
from animot.tba.tracker import SmallFrame, TBATracker
from animot.tracks import Tracks, stack
from animot.training import loop
from animot.training.loop import Report
from animot.training.schedule import Budget

# No stream of a few hundred frames has so many identities.
IDENTITIES = 1_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class MadeRun:
    """A model that is to learn made video, as `animot.learn` would have it."""

    made: MadeVideo
    plan: Plan
    model: TBA
    learner: TBALearner

    @property
    def frames_per_step(self) -> int:
        """Frames that a step learns from."""
        return self.plan.training.batch_size * self.plan.training.clip_length

    def learn(self, steps: int, every: int, measure: Callable[[Report], None]) -> None:
        """Learn for so many steps, and measure after every so many; nothing is kept."""

        def on_step(report: Report) -> None:
            if report.step % every == 0:
                measure(report)

        budget = Budget(steps=steps)
        with tempfile.TemporaryDirectory() as folder:
            loop.learn(self.learner, self.plan.training, budget, Path(folder), {}, on_step=on_step)


def prepare(
    name: str, seed: int, preset: str = "fast", change: Callable[[Plan], Plan] = lambda plan: plan
) -> MadeRun:
    """A model of a preset, its plan maybe changed, before its first step."""
    made = make_video(name, seed, None, None)
    changed = change(plan_made(made, Options(seed=seed, preset=preset)))
    plan = made_plan(made, changed.config, changed.training, low_precision=changed.low_precision)
    torch.manual_seed(seed)
    dtype = fastest_dtype(choose_device("cpu")) if plan.low_precision else "float32"
    model = TBA(plan.config, Precision(dtype=DTYPES[dtype]))
    learner = TBALearner(model, plan.source, seed, held_out=plan.held_out, trackers=plan.trackers)
    return MadeRun(made=made, plan=plan, model=model, learner=learner)


class UnseenVideo:
    """Validation streams of a made video, with their truth.

    Parameters
    ----------
    made : the video.
    streams : which; by default the last eight.
    num_frames : of each.
    """

    def __init__(
        self, made: MadeVideo, streams: range = VALIDATION_STREAMS[-8:], num_frames: int = 150
    ) -> None:
        self.frames = made.clip(streams, 0, num_frames).frames
        self.truth = _one_after_the_other([made.tracks(stream, num_frames) for stream in streams])

    def scores(self, run: MadeRun) -> Scores:
        """How well a run's model tracks all streams, taken as one sequence."""
        return evaluate(self.track(run), self.truth)

    def track(self, run: MadeRun) -> Tracks:
        """Tracks of all streams, one after the other."""
        tracker = TBATracker(run.model, run.plan.cameras[0].background)
        return _one_after_the_other([_track(tracker, images) for images in self.frames])


def _track(tracker: TBATracker, images: UInt8[np.ndarray, "T H W D"]) -> Tracks:
    """Tracks of one stream, whose frames have the model's size."""
    height, width = images.shape[1:3]
    state, found = tracker.start(), []
    for t, image in enumerate(images):
        frame = SmallFrame(image=image, time=float(t), width=width, height=height)
        state, objects = tracker.step_prepared(state, frame)
        found.append(objects)
    return stack(found)


def _one_after_the_other(streams: list[Tracks]) -> Tracks:
    """Tracks of several streams as one sequence; no identity is in two of them."""
    starts = np.cumsum([0, *(tracks.num_frames for tracks in streams)])
    return Tracks(
        frame=np.concatenate([t.frame + s for t, s in zip(streams, starts[:-1], strict=True)]),
        track_id=np.concatenate([t.track_id + b * IDENTITIES for b, t in enumerate(streams)]),
        box=np.concatenate([tracks.box for tracks in streams]),
        confidence=np.concatenate([tracks.confidence for tracks in streams]),
        num_frames=int(starts[-1]),
    )
