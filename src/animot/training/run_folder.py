"""A run's folder: its settings, its lock, its log."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import filelock

from animot.data.atomic import write_text
from animot.errors import InputError

SETTINGS = "settings.json"
LOG = "log.jsonl"
SPEED = "speed.jsonl"


@contextmanager
def open_run(folder: Path, settings: dict[str, Any], *, overwrite: bool = False) -> Iterator[Path]:
    """Lock the folder for one run with these settings, new or to be resumed.

    Raises
    ------
    InputError : where the folder holds another run or foreign files, is in use, or cannot be
        written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(folder / "run.lock", timeout=0)
        lock.acquire()
    except filelock.Timeout as error:
        raise InputError(
            f"{folder}: another animot is learning in this folder; wait for it, stop it, "
            "or give another folder"
        ) from error
    except OSError as error:
        raise InputError(
            f"{folder}: cannot write there ({error.strerror}); give a folder that is yours"
        ) from error
    try:
        _claim(folder, settings, overwrite=overwrite)
        yield folder
    finally:
        lock.release()


def _claim(folder: Path, settings: dict[str, Any], *, overwrite: bool) -> None:
    path = folder / SETTINGS
    if path.is_file() and not overwrite:
        _refuse_other_settings(path, settings)
        return
    foreign = [item.name for item in folder.iterdir() if item.name != "run.lock"]
    if foreign and not overwrite:
        raise InputError(
            f"{folder}: is not empty and holds no run ({sorted(foreign)[0]}); "
            "give another folder, or --overwrite"
        )
    for old in [*folder.glob("checkpoint*"), folder / LOG, folder / SPEED]:
        old.unlink(missing_ok=True)
    write_text(path, json.dumps(settings, indent=1) + "\n")


def _refuse_other_settings(path: Path, settings: dict[str, Any]) -> None:
    try:
        before = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{path}: is damaged; give another folder, or --overwrite") from error
    for name in sorted(before.keys() | settings.keys()):
        if before.get(name) != settings.get(name):
            raise InputError(
                f"{path.parent}: holds a run with {name} {before.get(name)}, not "
                f"{settings.get(name)}; give the same settings to go on, another folder, "
                "or --overwrite"
            )


class Log:
    """One JSON object per line and step; a resumed run drops what its checkpoint never saw.

    Parameters
    ----------
    path : of the file.
    step : from which the run goes on.
    writes : whether this process does; one of several does.
    """

    def __init__(self, path: Path, step: int, *, writes: bool = True) -> None:
        if writes:
            _keep_until(path, step)
        self.path = path
        self.writes = writes
        self._new: list[str] = []

    def add(self, step: int, numbers: dict[str, float]) -> None:
        """Note the numbers of a step, counted from 0."""
        if self.writes:
            self._new.append(json.dumps({"step": step, **numbers}) + "\n")

    def flush(self) -> None:
        """Put what was noted into the file."""
        if not self.writes:
            return
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.writelines(self._new)
        except OSError as error:
            raise InputError(
                f"{self.path}: cannot write it ({error.strerror}); make room"
            ) from error
        self._new.clear()


def _keep_until(path: Path, step: int) -> None:
    kept: list[str] = []
    if path.exists():
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if _step_of(line) < step]
    write_text(path, "".join(kept))


def _step_of(line: str) -> float:
    """Step that a line is about; infinity for a line that a kill cut off."""
    try:
        return float(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        return float("inf")
