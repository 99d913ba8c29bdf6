import os

import pytest

from animot.data.growing_file import GrowingFile
from animot.errors import InputError


@pytest.mark.parametrize("visible", [True, False])
def test_the_pieces_are_there_at_the_end(tmp_path, visible):
    (tmp_path / "a.txt").write_text("old")
    with GrowingFile(tmp_path / "a.txt", visible=visible) as file:
        file.append("one\n")
        file.append("ä\n")
    assert (tmp_path / "a.txt").read_bytes() == "one\nä\n".encode()
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_visible_file_can_be_read_after_each_piece_and_stays(tmp_path):
    with (  # noqa: PT012
        pytest.raises(ZeroDivisionError),
        GrowingFile(tmp_path / "a.txt", visible=True) as file,
    ):
        for count in range(1, 4):
            file.append("line\n")
            assert (tmp_path / "a.txt").read_text() == "line\n" * count
        raise ZeroDivisionError
    assert (tmp_path / "a.txt").read_text() == "line\n" * 3


def test_a_hidden_file_leaves_the_old_one_until_it_is_whole(tmp_path):
    (tmp_path / "a.txt").write_text("old")
    with (  # noqa: PT012
        pytest.raises(ZeroDivisionError),
        GrowingFile(tmp_path / "a.txt", visible=False) as file,
    ):
        file.append("new")
        assert (tmp_path / "a.txt").read_text() == "old"
        raise ZeroDivisionError
    assert (tmp_path / "a.txt").read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_missing_folder_is_one_line(tmp_path):
    with pytest.raises(InputError, match=r"a.txt: cannot write it .No such file"):
        GrowingFile(tmp_path / "nowhere" / "a.txt", visible=True)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_is_one_line(tmp_path):
    (tmp_path / "a.txt").symlink_to("/dev/full")
    with (
        pytest.raises(InputError, match=r"a.txt: cannot write it .No space left"),
        GrowingFile(tmp_path / "a.txt", visible=True) as file,
    ):
        file.append("text")
