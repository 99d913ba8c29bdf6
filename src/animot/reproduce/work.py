"""The work on one cell: learn, score, keep the result."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import torch

from animot.learning import learn
from animot.made_sets import made_video
from animot.reproduce.cell import Cell, Task
from animot.reproduce.curve import read_curve
from animot.reproduce.protocol import protocol_of, score
from animot.reproduce.published import experiment_of
from animot.reproduce.result import Learned, Result, write_result
from animot.reproduce.source import commit
from animot.saved import Model
from animot.tracker import Frame
from animot.tracks import FrameTracks
from animot.training import checkpoint, loop
from animot.training.loop import Report


@dataclass(frozen=True, kw_only=True)
class Work:
    """How cells of a folder are worked on.

    Attributes
    ----------
    out, task : the folder and its task.
    digits : folder of the MNIST files, or None.
    threads : of the processor; None: all.
    on_step, on_frame : called while learning and scoring.
    say : called with what is worth telling the user.
    """

    out: Path
    task: Task
    digits: Path | None
    threads: int | None
    on_step: Callable[[Report], None] | None
    on_frame: Callable[[Frame, FrameTracks], None] | None
    say: Callable[[str], None]

    def check(self) -> None:
        """Refuse what would fail after hours: digits that are missing, or given without need."""
        experiment = experiment_of(self.task.experiment)
        made_video([experiment.made], 0, None, self.digits)
        experiment.test(self.digits)

    def do(self, cell: Cell) -> bool:
        """Learn and score a cell that is claimed; False where it was interrupted, with all saved.

        What was learned before is gone on from.
        """
        task = self.task
        self.say(f"{cell}: learning")
        model = learn(
            experiment_of(task.experiment).made,
            cell.run(self.out),
            steps=task.steps,
            minutes=task.minutes,
            preset=task.preset,
            ablation=cell.configuration,
            seed=cell.seed,
            digits=self.digits,
            threads=self.threads,
            on_step=self.on_step,
            say=self.say,
        )
        if not model.facts["finished"]:
            return False
        self.say(f"{cell}: tracking {task.frames} test frames")
        made = experiment_of(task.experiment).test(self.digits)
        learned = _learned(cell.run(self.out), model)
        result = Result(
            task=task,
            cell=cell,
            command=cell.command(task, learned.threads),
            learned=learned,
            test=protocol_of(made, task.frames),
            scores=score(model, made, task.frames, self.on_frame),
            curve=read_curve(cell.run(self.out)),
        )
        write_result(self.out, result)
        shown = {name: f"{100 * result.scores[name]:.1f}" for name in ("MOTA", "IDF1")}
        self.say(f"{cell}: MOTA {shown['MOTA']}, IDF1 {shown['IDF1']}")
        return True


def _learned(run: Path, best: Model) -> Learned:
    """How long it took is in the last checkpoint, which weights were best in the best one."""
    last = checkpoint.load(run, loop.NAME).facts
    training = last["training"]
    return Learned(
        steps=last["step"],
        frames=last["step"] * training["batch_size"] * training["clip_length"],
        seconds=last["seconds"],
        best_step=best.facts["step"],
        threads=last["threads"],
        dtype=last["dtype"],
        animot=version("animot"),
        torch=torch.__version__,
        commit=commit(),
    )
