import re
import shutil
import subprocess
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from animot.reproduce import source


def commit_seen_from(path: Path) -> str | None:
    """What the module says when it lies elsewhere."""
    spec = spec_from_file_location("elsewhere", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.commit()


def test_a_commit_is_told_apart_from_edited_and_foreign_source(tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("no git")

    def git(*words: str) -> str:
        who = ["-c", "user.name=a", "-c", "user.email=a@b"]
        command = ["git", "-C", str(tmp_path), *who, *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    path = tmp_path / "source.py"
    shutil.copy(source.__file__, path)
    assert commit_seen_from(path) is None  # no repository
    git("init")
    git("commit", "--allow-empty", "-m", "someone's own")
    assert commit_seen_from(path) is None  # not of this repository
    git("add", "source.py")
    git("commit", "-m", "ours")
    commit = git("rev-parse", "HEAD")
    assert re.fullmatch("[0-9a-f]{40}", commit)
    assert commit_seen_from(path) == commit
    path.write_text(path.read_text() + "\n")
    assert commit_seen_from(path) == f"{commit}-dirty"
