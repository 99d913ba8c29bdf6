"""Reproduce AttTrack: learn networks, score all rows, time them, write tables and figures."""

from collections.abc import Callable, Sequence
from pathlib import Path

from animot.atttrack.ablations import transfer_named
from animot.data.atomic import write_text
from animot.device import choose_device
from animot.errors import InputError
from animot.labelled_learning import DEFAULT_MINUTES
from animot.labelled_planning import CROWD
from animot.numerics import check_threads
from animot.reproduce.atttrack.cells import plan_cells
from animot.reproduce.atttrack.data import keep_scored_frames, open_task_data
from animot.reproduce.atttrack.figures import write_figures
from animot.reproduce.atttrack.methods import USUAL_ABLATIONS
from animot.reproduce.atttrack.networks import Networks
from animot.reproduce.atttrack.numbers import render_json
from animot.reproduce.atttrack.score import OnFrame
from animot.reproduce.atttrack.summary import read_summary
from animot.reproduce.atttrack.tables import render_markdown
from animot.reproduce.atttrack.task import EXPERIMENT, LONGEST_PERIOD, Task, make_task
from animot.reproduce.atttrack.work import Work
from animot.reproduce.folder import one_at_a_time, open_folder, read_task
from animot.reproduce.sharing import work_through
from animot.share import Share
from animot.training.loop import Report

TABLE, TABLE_JSON = "table.md", "table.json"
FRAMES = "frames"  # kept for all who work in the folder
PERIODS = range(2, LONGEST_PERIOD + 1)
CROWD_SEEDS, RECORDING_SEEDS = 3, 1


def reproduce(
    data: str = CROWD,
    out: str | Path | None = None,
    *,
    periods: Sequence[int] = PERIODS,
    seeds: int | None = None,
    ablations: Sequence[str] | None = None,
    steps: int | None = None,
    minutes: float | None = None,
    preset: str = "tiny",
    sequences: int | None = None,
    frames: int | None = None,
    threads: int = 1,
    on_step: Callable[[Report], None] | None = None,
    on_frame: OnFrame | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Path:
    """Learn teachers and students, and score every way in which they can take turns.

    The same call goes on where it stopped. Several processes may make it at once: each works on
    cells that no other one works on, and waits for networks that it needs.

    Parameters
    ----------
    data : "crowd"; "pets09", from the folder pets09-s2l1 in $ANIMOT_DATA; or a folder of
        MOTChallenge sequences, such as MOT17/train, each of which is halved.
    out : folder; None: one that is called "atttrack".
    periods : K to score, from 2 to 6.
    seeds : how many; None: 3 for the crowd, 1 for recordings.
    ablations : of the transfer, each learned with the first seed; names in
        `animot.atttrack.ablations`. None: heat, box, still and convex for the crowd, none for
        recordings.
    steps, minutes : of learning, for each network; 20 minutes if neither is given.
    preset : "tiny", "full" or "full-dla".
    sequences, frames : held-out sequences of the crowd, and frames of each; None: 20 of 150.
    threads : of the processor, for learning.
    on_step, on_frame : called after each step of learning, and with each frame scored.
    say : called with what is worth telling the user, in one line each.

    Returns
    -------
    The folder: table.md, table.json, accuracy-speed.png and staleness.png are in it.

    Raises
    ------
    InputError : where something given cannot be used.
    """
    if not Share.from_environment().alone:
        raise InputError(
            "a network is learned in one process; start the same command several times, not "
            "torchrun"
        )
    if minutes is None and steps is None:
        minutes = DEFAULT_MINUTES
    task = make_task(
        data,
        preset,
        steps=steps,
        minutes=None if minutes is None else float(minutes),
        sequences=sequences,
        frames=frames,
    )
    if seeds is None:
        seeds = CROWD_SEEDS if data == CROWD else RECORDING_SEEDS
    if ablations is None:
        ablations = USUAL_ABLATIONS if data == CROWD else ()
    for name in ablations:
        transfer_named(name)
    cells = plan_cells(sorted(set(periods)), seeds, list(dict.fromkeys(ablations)))
    check_threads(threads)
    folder = Path(EXPERIMENT if out is None else out)
    work = open_work(task, folder, threads=threads, on_step=on_step, on_frame=on_frame, say=say)
    if work_through(work, cells, say, after=lambda: _write(folder, task)):
        _write(folder, task)  # also after a kill between a cell's end and this
        with one_at_a_time(folder):
            write_figures(folder, read_summary(folder, task))
        say(f"see {folder / TABLE} and the pictures beside it")
    return folder


def open_work(
    task: Task,
    folder: Path,
    *,
    threads: int = 1,
    on_step: Callable[[Report], None] | None = None,
    on_frame: OnFrame | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Work:
    """Open a folder to work on its cells; arguments are those of `reproduce`.

    Raises
    ------
    InputError : where its data cannot be read, or it is the folder of another task.
    """
    data = open_task_data(task, say)  # refused before there is a folder
    open_folder(folder, task)
    with one_at_a_time(folder):  # what one has drawn or read, the others find
        (folder / FRAMES).mkdir(exist_ok=True)
        data = keep_scored_frames(data, task, folder / FRAMES)
    return Work(
        out=folder,
        task=task,
        data=data,
        frames=folder / FRAMES,
        networks=Networks(folder, choose_device(None, Share())),
        threads=threads,
        on_step=on_step,
        on_frame=on_frame,
        say=say,
    )


def write_tables(folder: str | Path) -> str:
    """Write table.md and table.json from the finished cells of a folder; what table.md says.

    Raises
    ------
    InputError : where nothing is scored yet, or a file of the folder is damaged.
    """
    folder = Path(folder)
    if not _write(folder, read_task(folder, Task)):
        raise InputError(f"{folder}: no row is scored yet; go on without --only-tables")
    return (folder / TABLE).read_text(encoding="utf-8")


def _write(folder: Path, task: Task) -> bool:
    """Write the tables where something is scored."""
    with one_at_a_time(folder):
        summary = read_summary(folder, task)
        if not summary.results:
            return False
        write_text(folder / TABLE, render_markdown(summary))
        write_text(folder / TABLE_JSON, render_json(summary))
    return True
