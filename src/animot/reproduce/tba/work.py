"""The work on one cell: learn, score, keep the result."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from animot.learning import learn
from animot.made_sets import made_video
from animot.reproduce.learned import learned_of
from animot.reproduce.tba.cell import Cell, Task
from animot.reproduce.tba.curve import read_curve
from animot.reproduce.tba.protocol import protocol_of, score
from animot.reproduce.tba.published import experiment_of
from animot.reproduce.tba.result import Result, is_finished, write_result
from animot.tracker import Frame
from animot.tracks import FrameTracks
from animot.training.loop import Report


@dataclass(frozen=True, kw_only=True)
class Work:
    """How cells of a folder are worked on.

    Attributes
    ----------
    out, task : the folder and its task.
    digits : folder of the MNIST files, or None.
    threads : of the processor.
    on_step, on_frame : called while learning and scoring.
    say : called with what is worth telling the user.
    """

    out: Path
    task: Task
    digits: Path | None
    threads: int
    on_step: Callable[[Report], None] | None
    on_frame: Callable[[Frame, FrameTracks], None] | None
    say: Callable[[str], None]

    def check(self) -> None:
        """Refuse what would fail after hours: digits that are missing, or given without need."""
        experiment = experiment_of(self.task.experiment)
        made_video([experiment.made], 0, None, self.digits)
        experiment.test(self.digits)

    def folder(self, cell: Cell) -> Path:
        """Where it is kept."""
        return cell.folder(self.out)

    def is_finished(self, cell: Cell) -> bool:
        """Whether it has its result."""
        return is_finished(self.out, cell)

    def is_ready(self, _: Cell) -> bool:
        """Always: no cell builds on another."""
        return True

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
        learned = learned_of(cell.run(self.out), model.facts)
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
