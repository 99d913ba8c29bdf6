import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from animot.errors import InputError
from animot.reproduce.folder import LOCK, TASK, claim, one_at_a_time, open_folder, read_task


@dataclass(frozen=True, kw_only=True)
class Made:
    """A task."""

    experiment: str = "one"
    preset: str = "fast"
    steps: int | None = 7
    sizes: tuple[int, int] = (3, 5)


ASKED = Made()
CELL, OTHER = "one", "other/deep"


def test_a_folder_keeps_its_task(tmp_path: Path) -> None:
    out = tmp_path / "new" / "deep"
    open_folder(out, ASKED)
    open_folder(out, ASKED)
    assert read_task(out, Made) == ASKED


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"preset": "paper"}, "with preset 'fast', not 'paper'"),
        ({"steps": 8}, "with steps 7, not 8"),
        ({"steps": None}, "with steps 7, not None"),
        ({"sizes": (3, 6)}, r"with sizes \(3, 5\), not \(3, 6\)"),
        ({"experiment": "two"}, "with experiment 'one', not 'two'"),
    ],
)
def test_another_task_is_refused(tmp_path: Path, other, said: str) -> None:
    open_folder(tmp_path, ASKED)
    with pytest.raises(InputError, match=said):
        open_folder(tmp_path, replace(ASKED, **other))
    assert read_task(tmp_path, Made) == ASKED


def test_a_foreign_folder_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "table.md").write_text("mine")
    with pytest.raises(InputError, match=r"no reproduction \(table.md\)"):
        open_folder(tmp_path, ASKED)
    assert [path.name for path in tmp_path.iterdir()] == ["table.md"]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="give a folder that is yours"):
        open_folder(tmp_path / "file", ASKED)


def test_a_task_of_another_kind(tmp_path: Path) -> None:
    @dataclass(frozen=True, kw_only=True)
    class Other:
        experiment: str = "two"
        seeds: int = 3

    open_folder(tmp_path, Other())
    with pytest.raises(InputError, match="with experiment 'two', not 'one'"):
        open_folder(tmp_path, ASKED)
    with pytest.raises(InputError, match=r"or of another experiment \(Made has no 'seeds'\)"):
        read_task(tmp_path, Made)


@pytest.mark.parametrize("content", ["", "[]", '{"experiment": "one", "steps": "3"}', "{" * 9000])
def test_a_damaged_task(tmp_path: Path, content: str) -> None:
    (tmp_path / TASK).write_text(content)
    with pytest.raises(InputError, match="is damaged") as error:
        open_folder(tmp_path, ASKED)
    assert len(str(error.value).splitlines()) == 1


def test_no_task(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no reproduction"):
        read_task(tmp_path, Made)


def test_a_cell_is_claimed_by_one_at_a_time(tmp_path: Path) -> None:
    with claim(tmp_path / CELL) as mine, claim(tmp_path / CELL) as again:
        assert (mine, again) == (True, False)
        with claim(tmp_path / OTHER) as other:
            assert other
    with claim(tmp_path / CELL) as afterwards:
        assert afterwards


HOLD = """
import sys
from pathlib import Path
from animot.reproduce.folder import claim
with claim(Path(sys.argv[1]) / "one") as mine:
    print(mine, flush=True)
    sys.stdin.read()
"""


def test_the_claim_of_a_process_ends_with_it_however_it_ends(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        with claim(tmp_path / CELL) as mine:
            assert not mine
        process.kill()
        process.wait()
        with claim(tmp_path / CELL) as mine:
            assert mine


def test_the_lock_of_the_folder_is_given_back(tmp_path: Path) -> None:
    for _ in range(2):  # a second time would wait for ever
        with one_at_a_time(tmp_path):
            assert (tmp_path / LOCK).exists()
