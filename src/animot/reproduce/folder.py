"""The folder of a reproduction: whose it is, and who works on which of its cells.

    reproduction.json          the task: a folder holds one
    (a folder for each cell)   with a lock, and a result once the cell is finished

Several processes may work in it. Each claims a cell by a lock that ends with the process.
"""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar, runtime_checkable

import filelock

from animot.data.atomic import write_text
from animot.data.from_json import from_json, shown
from animot.errors import InputError

TASK = "reproduction.json"
LOCK = "reproduction.lock"
CELL_LOCK = "cell.lock"


@runtime_checkable
class Task(Protocol):
    """What all cells of a folder have in common: a frozen dataclass of JSON values."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def experiment(self) -> str:
        """Its name on the command line."""
        ...


T = TypeVar("T")


def open_folder(out: Path, task: Task) -> None:
    """Make the folder that of the task, or find that it is.

    Raises
    ------
    InputError : where it holds another task or foreign files, or cannot be written.
    """
    with one_at_a_time(out):
        if (out / TASK).exists():
            _compare(out, task)
            return
        content = sorted(item.name for item in out.iterdir() if item.name != LOCK)
        if content:
            (out / LOCK).unlink()
            raise InputError(
                f"{out}: is not empty and holds no reproduction ({content[0]}); "
                "give another folder with -o"
            )
        write_text(out / TASK, json.dumps(asdict(task), indent=1) + "\n")


def read_task(out: Path, kind: type[T]) -> T:
    """The task of a folder.

    Parameters
    ----------
    kind : of the task, a dataclass.

    Raises
    ------
    InputError : where the folder has none, it is damaged, or of another kind.
    """
    path = out / TASK
    try:
        return from_json(kind, _read(out))
    except ValueError as error:
        raise InputError(
            f"{path}: is damaged, or of another experiment ({error}); give another folder"
        ) from error


def _read(out: Path) -> Any:
    path = out / TASK
    if not path.is_file():
        raise InputError(f"{out}: holds no reproduction; run animot reproduce -o {out} first")
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: is damaged ({error}); give another folder") from error


def _compare(out: Path, task: Task) -> None:
    found = _read(out)
    if isinstance(found, dict) and "experiment" in found:
        _compare_one(out, "experiment", found["experiment"], task.experiment)
    before = read_task(out, type(task))
    for name in task.__dataclass_fields__:
        _compare_one(out, name, getattr(before, name), getattr(task, name))


def _compare_one(out: Path, name: str, value: Any, asked: Any) -> None:
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
def claim(folder: Path) -> Iterator[bool]:
    """Keep others from working on the cell of a folder; False where another process does."""
    try:
        lock = _locked(folder, CELL_LOCK, wait=False)
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
