"""Reproduce an experiment of the paper: learn, score, write tables and figures."""

from collections.abc import Callable, Sequence
from pathlib import Path

from animot.data.atomic import write_text
from animot.errors import InputError
from animot.learning import DEFAULT_MINUTES
from animot.numerics import check_threads
from animot.reproduce.folder import one_at_a_time, open_folder, read_task
from animot.reproduce.sharing import work_through
from animot.reproduce.tba.cell import Task, plan_cells
from animot.reproduce.tba.figures import write_figures
from animot.reproduce.tba.protocol import TEST_FRAMES
from animot.reproduce.tba.result import read_results
from animot.reproduce.tba.tables import render_json, render_markdown
from animot.reproduce.tba.work import Work
from animot.share import Share
from animot.tracker import Frame
from animot.tracks import FrameTracks
from animot.training.loop import Report

TABLE, TABLE_JSON = "table.md", "table.json"


def reproduce(
    experiment: str,
    out: str | Path | None = None,
    *,
    configurations: Sequence[str] | None = None,
    seeds: Sequence[int] = (1,),
    steps: int | None = None,
    minutes: float | None = None,
    preset: str = "paper",
    frames: int = TEST_FRAMES,
    digits: str | Path | None = None,
    threads: int = 1,
    on_step: Callable[[Report], None] | None = None,
    on_frame: Callable[[Frame, FrameTracks], None] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Path:
    """Learn and score TBA and its ablations; write the paper's table and figures.

    The same call goes on where it stopped. Several processes may make it at once: each works on
    cells that no other one works on.

    Parameters
    ----------
    experiment : "tba-sprites" or "tba-mnist".
    out : folder; None: one that is called like the experiment.
    configurations : names of Sec. 4, such as "TBA" and "noMem"; None: all that the table has.
    seeds : each configuration is learned with each of them.
    steps, minutes : of learning, for each configuration and seed; 20 minutes if neither is given.
    preset : "fast", "paper" or "released".
    frames : of test video; 10,000 as published.
    digits : folder of the MNIST files; None: see `load_digits`.
    threads : of the processor.
    on_step, on_frame : called after each step of learning, and with each test frame.
    say : called with what is worth telling the user, in one line each.

    Returns
    -------
    The folder: table.md, table.json, curves.png, strips.png and attention.png are in it.

    Raises
    ------
    InputError : where something given cannot be used.
    """
    if not Share.from_environment().alone:
        raise InputError(
            "a cell is learned in one process; start the same command several times, not torchrun"
        )
    if minutes is None and steps is None:
        minutes = DEFAULT_MINUTES
    task = Task(
        experiment=experiment,
        preset=preset,
        steps=steps,
        minutes=None if minutes is None else float(minutes),
        frames=frames,
    )
    cells = plan_cells(task, configurations, seeds)
    check_threads(threads)
    folder = Path(experiment if out is None else out)
    work = Work(
        out=folder,
        task=task,
        digits=None if digits is None else Path(digits),
        threads=threads,
        on_step=on_step,
        on_frame=on_frame,
        say=say,
    )
    work.check()
    open_folder(folder, task)
    done = work_through(work, cells, say, after=lambda: _write(folder, task))
    if done and read_results(folder):
        _write(folder, task)  # also after a kill between a cell's end and this
        with one_at_a_time(folder):
            write_figures(folder, task, read_results(folder), work.digits)
        say(f"see {folder / TABLE} and the pictures beside it")
    return folder


def write_tables(folder: str | Path) -> str:
    """Write table.md and table.json from the finished cells of a folder; what table.md says.

    Raises
    ------
    InputError : where no cell is finished, or a file of the folder is damaged.
    """
    folder = Path(folder)
    _write(folder, read_task(folder, Task))
    return (folder / TABLE).read_text(encoding="utf-8")


def _write(folder: Path, task: Task) -> None:
    with one_at_a_time(folder):
        results = read_results(folder)
        if not results:
            raise InputError(f"{folder}: no cell is finished yet; go on without --only-tables")
        write_text(folder / TABLE, render_markdown(task, results))
        write_text(folder / TABLE_JSON, render_json(task, results))
