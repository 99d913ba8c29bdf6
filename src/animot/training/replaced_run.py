"""The run that a new one in its folder replaces: kept until that one has learned something.

So a new start that is refused, for a video that cannot be read, takes nothing away.
"""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

ASIDE = ".replaced"


def matching(folder: Path, patterns: Iterable[str]) -> Iterator[Path]:
    """Files and folders in a folder whose names fit one of the patterns."""
    for pattern in patterns:
        yield from folder.glob(pattern)


def remove(items: Iterable[Path]) -> None:
    """Files, and folders with all that is in them."""
    for item in items:
        if item.is_dir():
            shutil.rmtree(item, ignore_errors=True)
        else:
            item.unlink(missing_ok=True)


def set_aside(folder: Path, patterns: Iterable[str]) -> None:
    """Put a run where it is in no one's way, in place of one that was put there before."""
    aside = folder / ASIDE
    remove([aside])
    aside.mkdir()
    for item in matching(folder, patterns):
        item.rename(aside / item.name)


def bring_back(folder: Path, patterns: Iterable[str]) -> bool:
    """Put the run back that was set aside, in place of what fits the patterns; if one was."""
    aside = folder / ASIDE
    if not aside.is_dir():
        return False
    remove(matching(folder, patterns))
    for item in aside.iterdir():
        item.rename(folder / item.name)
    aside.rmdir()
    return True


def forget(folder: Path) -> None:
    """Remove the run that was set aside, if one was."""
    remove([folder / ASIDE])
