"""The folder of a reproduction: whose it is, and who works on which of its cells.

    reproduction.json          the task: a folder holds one
    TBA-seed1/run/             a run folder of `animot learn`
    TBA-seed1/result.json      scores and curve, once the cell is finished
    table.md, table.json, curves.png, strips.png, attention.png, strips/

Several processes may work in it. Each claims a cell by a lock that ends with the process.
"""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from pathlib import Path

import filelock

from animot.data.atomic import write_text
from animot.data.from_json import from_json, shown
from animot.errors import InputError
from animot.reproduce.cell import Cell, Task

TASK = "reproduction.json"
LOCK = "reproduction.lock"
CELL_LOCK = "cell.lock"


def open_folder(out: Path, task: Task) -> None:
    """Make the folder that of the task, or find that it is.

    Raises
    ------
    InputError : where it holds another task or foreign files, or cannot be written.
    """
    with one_at_a_time(out):
        if (out / TASK).exists():
            _compare(out, read_task(out), task)
            return
        content = sorted(item.name for item in out.iterdir() if item.name != LOCK)
        if content:
            (out / LOCK).unlink()
            raise InputError(
                f"{out}: is not empty and holds no reproduction ({content[0]}); "
                "give another folder with -o"
            )
        write_text(out / TASK, json.dumps(asdict(task), indent=1) + "\n")


def read_task(out: Path) -> Task:
    """The task of a folder; InputError where it has none, or it is damaged."""
    path = out / TASK
    if not path.is_file():
        raise InputError(f"{out}: holds no reproduction; run animot reproduce -o {out} first")
    try:
        return from_json(Task, json.loads(path.read_bytes()))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: is damaged ({error}); give another folder") from error


def _compare(out: Path, before: Task, now: Task) -> None:
    for name, value in asdict(before).items():
        asked = getattr(now, name)
        if value != asked:
            raise InputError(
                f"{out}: holds a reproduction with {name} {shown(value)}, not {shown(asked)}; "
                "give the same to go on, or another folder"
            )


@contextmanager
def one_at_a_time(out: Path) -> Iterator[None]:
    """What one process does in the folder while others wait."""
    with _locked(out, LOCK, wait=True):
        yield


@contextmanager
def claim(out: Path, cell: Cell) -> Iterator[bool]:
    """Keep others from working on a cell; False where another process does."""
    try:
        lock = _locked(cell.folder(out), CELL_LOCK, wait=False)
    except filelock.Timeout:
        yield False
        return
    with lock:
        yield True


def _locked(folder: Path, name: str, *, wait: bool) -> AbstractContextManager[object]:
    """A lock that is held until the end of a `with`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return filelock.FileLock(folder / name).acquire(timeout=-1 if wait else 0)
    except filelock.Timeout:
        raise
    except OSError as error:
        raise InputError(
            f"{folder}: cannot write there ({error.strerror}); give a folder that is yours"
        ) from error
