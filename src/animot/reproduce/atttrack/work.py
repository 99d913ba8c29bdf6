"""The work on one cell: learn a network, score a row, or time all rows."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from animot.labelled_learning import learn_labelled
from animot.metrics.counts import ratio
from animot.reproduce.atttrack.cells import Cell, Scoring, Timing, Training
from animot.reproduce.atttrack.data import Data
from animot.reproduce.atttrack.networks import Networks
from animot.reproduce.atttrack.result import LEARNED, SCORES, Scored, write_scored
from animot.reproduce.atttrack.score import OnFrame, score
from animot.reproduce.atttrack.task import LONGEST_PERIOD, Task
from animot.reproduce.atttrack.timing import TIMED_FRAMES, measure, read_times, write_times
from animot.reproduce.json_file import write_json
from animot.reproduce.learned import learned_of
from animot.reproduce.source import commit
from animot.single_thread import single_thread
from animot.training.loop import Report


@dataclass(frozen=True, kw_only=True, eq=False)
class Work:
    """How cells of a folder are worked on.

    Attributes
    ----------
    out, task : the folder and its task.
    data : of the task.
    frames : folder in which its frames are kept.
    networks : of the folder; they learn and track on one device.
    threads : of the processor, for learning. Tracking has one.
    on_step, on_frame : called while learning and tracking.
    say : called with what is worth telling the user.
    """

    out: Path
    task: Task
    data: Data
    frames: Path
    networks: Networks
    threads: int
    on_step: Callable[[Report], None] | None
    on_frame: OnFrame | None
    say: Callable[[str], None]

    def folder(self, cell: Cell) -> Path:
        """Where it is kept."""
        return cell.folder(self.out)

    def is_finished(self, cell: Cell) -> bool:
        """Whether it has its result."""
        match cell:
            case Training():
                return (self.folder(cell) / LEARNED).exists()
            case Scoring():
                return (self.folder(cell) / SCORES).exists()
            case Timing():
                times = read_times(self.folder(cell))
                return times is not None and all(times.of(row.key) for row in cell.rows)

    def is_ready(self, cell: Cell) -> bool:
        """Whether its networks have learned; time is measured when all else is done."""
        match cell:
            case Training():
                return cell.teacher is None or self.is_finished(cell.teacher)
            case Scoring():
                return all(self.is_finished(network) for network in cell.networks)
            case Timing():
                return all(self.is_finished(other) for other in cell.others)

    def do(self, cell: Cell) -> bool:
        """Finish a cell that is claimed; False where learning was interrupted, with all saved."""
        match cell:
            case Training():
                return self._learn(cell)
            case Scoring():
                self._score(cell)
            case Timing():
                self._time(cell)
        return True

    def _learn(self, cell: Training) -> bool:
        self.say(f"{cell}: learning")
        trained = learn_labelled(
            self.data.labelled,
            cell.run(self.out),
            role=cell.role,
            teacher=None if cell.teacher is None else cell.teacher.run(self.out),
            preset=self.task.preset,
            ablation=cell.ablation,
            every=LONGEST_PERIOD,
            minutes=self.task.minutes,
            steps=self.task.steps,
            seed=cell.seed,
            device=str(self.networks.device),
            threads=self.threads,
            frames=self.frames,
            on_step=self.on_step,
            say=self.say,
        )
        if not trained.facts["finished"]:
            return False
        learned = learned_of(cell.run(self.out), trained.facts)
        write_json(self.folder(cell) / LEARNED, learned)
        return True

    def _score(self, cell: Scoring) -> None:
        self.say(f"{cell}: tracking {len(self.data.scored)} held-out sequences")
        pair = self.networks.remembering_pair(cell.row, cell.seed)
        with single_thread():
            sequences, gaps = score(pair, cell.row.method.control, self.data.scored, self.on_frame)
        write_scored(self.out, Scored(cell=cell, sequences=sequences, gaps=gaps, commit=commit()))
        truth = sum(one.truth for one in sequences)
        wrong = sum(one.fp + one.fn + one.switches for one in sequences)
        self.say(f"{cell}: MOTA {100 * (1 - ratio(wrong, truth)):.1f}")

    def _time(self, cell: Timing) -> None:
        self.say(f"{cell}: one pass")
        pairs = {row.key: self.networks.pair(row, cell.seed) for row in cell.rows}
        frames = list(islice(self.data.scored[0].frames(), TIMED_FRAMES))
        with single_thread():
            times = measure(pairs, frames, str(self.networks.device))
        write_times(self.folder(cell), times)
