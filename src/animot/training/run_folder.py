"""A run's folder: its settings, its lock, its log."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import filelock

from animot.data.atomic import write_text
from animot.data.from_json import shown
from animot.errors import InputError
from animot.training.replaced_run import bring_back, forget, matching, remove, set_aside

SETTINGS = "settings.json"
LOG = "log.jsonl"
SPEED = "speed.jsonl"
LOCK = "run.lock"
CHECKPOINTS = "checkpoint*"
VALIDATION = "validation.jsonl"
SIZE = "working-size.json"  # see `animot.working_size`
PICTURES = ("background.png", "background-[0-9]*.png")
# What a run writes before its first checkpoint, beside the frames, those of `animot.planning`.
STARTED = (SETTINGS, SIZE, LOG, SPEED, VALIDATION, *PICTURES, ".*.part")
FRAMES = "frames-*"
# All that a run may leave in its folder, beside its settings, frames and lock.
LEFT_BY_A_RUN = (
    *(CHECKPOINTS, "best.json", "best-*.safetensors"),
    *(SIZE, *PICTURES, LOG, SPEED, VALIDATION),
)
# Settings that are digests of files, and what to call the files.
DIGESTS = {"fingerprints": "a video", "mask": "the mask to ignore"}


@contextmanager
def open_run(folder: Path, settings: dict[str, Any], *, overwrite: bool = False) -> Iterator[Path]:
    """Lock the folder for one run with these settings, new or to be resumed.

    A run that an InputError ends before its first checkpoint leaves a folder that was new or
    empty as it was, so that the corrected command finds nothing in its way; and a run that it
    was to replace.

    Raises
    ------
    InputError : where the folder holds another run or foreign files, is in use, or cannot be
        written.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    had_lock = (folder / LOCK).exists()
    lock = _lock(folder)
    was_empty, frames = not _content(folder), set(folder.glob(FRAMES))
    try:
        _claim(folder, settings, overwrite=overwrite)
        yield folder
    except InputError:
        if not any(folder.glob(CHECKPOINTS)):
            if was_empty:
                remove(matching(folder, STARTED))
            remove(set(folder.glob(FRAMES)) - frames)
            bring_back(folder, STARTED)
            if not had_lock:
                remove([folder / LOCK])
        raise
    finally:
        if any(folder.glob(CHECKPOINTS)):
            forget(folder)
        lock.release()
        for path in missing:
            with suppress(OSError):  # it holds something
                path.rmdir()


def _lock(folder: Path) -> filelock.BaseFileLock:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(folder / LOCK, timeout=0)
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
    return lock


def _claim(folder: Path, settings: dict[str, Any], *, overwrite: bool) -> None:
    """Make the folder that of this run, or refuse."""
    path = folder / SETTINGS
    if path.is_file() and not overwrite:
        difference = _difference(_read_settings(path), settings)
        if difference is None:
            return
        if any(folder.glob(CHECKPOINTS)):
            raise InputError(f"{folder}: holds a run {difference}, another folder, or --overwrite")
        # A run stopped before it had learned anything, in place of which another may come back.
        if bring_back(folder, STARTED):
            _claim(folder, settings, overwrite=False)
            return
    elif not overwrite and (content := _content(folder)):
        raise InputError(
            f"{folder}: is not empty and holds no run ({content[0]}); "
            "give another folder, or --overwrite"
        )
    if any(folder.glob(CHECKPOINTS)):
        set_aside(folder, (SETTINGS, *LEFT_BY_A_RUN))
    remove(matching(folder, LEFT_BY_A_RUN))
    write_text(path, json.dumps(settings, indent=1) + "\n")


def _content(folder: Path) -> list[str]:
    return sorted(item.name for item in folder.iterdir() if item.name != LOCK)


def _read_settings(path: Path) -> dict[str, Any]:
    try:
        settings = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: is damaged; give another folder, or --overwrite") from error
    if not isinstance(settings, dict):
        raise InputError(f"{path}: is damaged; give another folder, or --overwrite")
    return settings


def _difference(before: dict[str, Any], now: dict[str, Any]) -> str | None:
    """How a run differs from the one now asked for, and what to do; None where it does not."""
    names = sorted(before.keys() | now.keys())
    differing = [name for name in names if before.get(name) != now.get(name)]
    for name in differing:
        if name not in DIGESTS:
            return (
                f"with {name} {shown(before.get(name))}, not {shown(now.get(name))}; "
                "give the same settings to go on"
            )
    for name in differing:
        return f"from before {DIGESTS[name]} was edited; restore it to go on"
    return None


class Log:
    """One JSON object per line and step; a resumed run drops what its checkpoint never saw.

    So it does with lines that are damaged: the log is for people, learning does not need it.

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

    def add(self, step: int, entries: Mapping[str, float | list[str]]) -> None:
        """Note the numbers of a step, counted from 0, and what is said of it."""
        if self.writes:
            self._new.append(json.dumps({"step": step, **entries}) + "\n")

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
        kept = [line for line in _read_lines(path) if _step_of(line) < step]
    write_text(path, "".join(f"{line}\n" for line in kept))


def _read_lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError as error:
        raise InputError(f"{path}: cannot read it ({error.strerror}); remove it") from error


def _step_of(line: str) -> float:
    """Step that a line is about; infinity for a line that is damaged, or that a kill cut off."""
    try:
        return float(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return float("inf")
