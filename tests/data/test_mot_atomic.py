import os

import pytest

from animot.data import atomic
from animot.data.atomic import write_text
from animot.errors import InputError


def test_the_text_is_there_and_nothing_else(tmp_path):
    write_text(tmp_path / "a.txt", "one\ntwo\n")
    write_text(tmp_path / "a.txt", "three — ä\n")
    assert (tmp_path / "a.txt").read_bytes() == "three — ä\n".encode()
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_failure_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    write_text(tmp_path / "a.txt", "old")

    def no_room(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, "replace", no_room)
    with pytest.raises(InputError, match=r"a.txt: cannot write it \(No space left on device\)"):
        write_text(tmp_path / "a.txt", "new")
    assert (tmp_path / "a.txt").read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(InputError, match=r"cannot write it .No such file"):
        write_text(tmp_path / "nowhere" / "a.txt", "text")
