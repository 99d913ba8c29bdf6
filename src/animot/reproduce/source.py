"""Which source is running."""

import subprocess
from pathlib import Path


def commit() -> str | None:
    """Commit of this source, with "-dirty" where files differ from it; None where it has none."""
    here = Path(__file__)
    try:
        if _git(here.parent, "ls-files", "--", here.name):  # else the repository is someone else's
            return _git(
                here.parent, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"
            )
    except (OSError, subprocess.CalledProcessError):
        pass
    return None


def _git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
