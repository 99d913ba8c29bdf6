"""Cells that build on each other, and other processes that work on some of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from animot.reproduce import sharing
from animot.reproduce.folder import claim
from animot.reproduce.sharing import Work, work_through

BUILT_ON = {"b": "a", "d": "c"}


@dataclass
class Some:
    """Work that notes what was done; a result is a file."""

    out: Path
    done: list[str] = field(default_factory=list)
    stop: str | None = None

    def folder(self, cell: str) -> Path:
        return self.out / cell

    def is_finished(self, cell: str) -> bool:
        return (self.folder(cell) / "result").exists()

    def is_ready(self, cell: str) -> bool:
        return cell not in BUILT_ON or self.is_finished(BUILT_ON[cell])

    def do(self, cell: str) -> bool:
        if cell == self.stop:
            return False
        self.done.append(cell)
        (self.folder(cell) / "result").touch()
        return True


def test_every_cell_is_done_once_and_in_its_order(tmp_path: Path) -> None:
    work, said, written = Some(tmp_path), [], []
    assert isinstance(work, Work)
    assert work_through(work, "abcd", said.append, lambda: written.append(work.done[-1]))
    assert work.done == written == list("abcd")
    assert said == []
    assert work_through(work, "abcd", said.append)
    assert said == [f"{cell}: is finished" for cell in "abcd"]
    assert work.done == list("abcd")


def test_an_interrupt_ends_it(tmp_path: Path) -> None:
    work = Some(tmp_path, stop="c")
    assert not work_through(work, "abcd", pytest.fail)
    assert work.done == list("ab")


def test_what_others_work_on_is_left_to_them(tmp_path: Path) -> None:
    work, said = Some(tmp_path), []
    with claim(tmp_path / "b"):
        assert work_through(work, "abcd", said.append)
    assert work.done == list("acd")
    assert said == ["another animot works on b: not in what is written now"]


def test_what_another_process_finished_just_now_is_not_done_again(tmp_path: Path) -> None:
    """Between our look and our claim."""

    class Racing(Some):
        def folder(self, cell: str) -> Path:
            if cell == "b" and self.done == ["a"]:
                (self.out / "b").mkdir(exist_ok=True)
                (self.out / "b" / "result").touch()
            return super().folder(cell)

        def is_finished(self, cell: str) -> bool:
            return (self.out / cell / "result").exists()

    work = Racing(tmp_path)
    assert work_through(work, "abcd", pytest.fail)
    assert work.done == list("acd")


@pytest.mark.parametrize("finished", [True, False])
def test_what_a_cell_builds_on_is_waited_for(
    tmp_path: Path, finished: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the other process has finished it, or is gone and leaves it to us."""
    work, said = Some(tmp_path), []
    lock = claim(tmp_path / "a")
    looks: list[float] = []

    def other_ends(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 3:
            if finished:
                (tmp_path / "a" / "result").touch()
            lock.__exit__(None, None, None)

    monkeypatch.setattr(sharing.time, "sleep", other_ends)
    say: Callable[[str], None] = said.append
    with_lock = lock.__enter__()
    assert with_lock
    assert work_through(work, "abcd", say)
    assert work.done == list("cdb" if finished else "cdab")
    assert said[0] == "waiting for another animot, which works on a"
    assert said[1:] == (["a: is finished"] if finished else [])
