"""A digest of files changes with what they hold, and not with where and when."""

import os
import shutil
from pathlib import Path

import pytest

from animot.data.fingerprint import BLOCK, BLOCKS, fingerprint_of
from animot.errors import InputError


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(range(256)) * 64)
    return path


def changed(file, place):
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)


def test_copies_have_the_same(file, tmp_path):
    before = fingerprint_of([file])
    (tmp_path / "elsewhere").mkdir()
    copy = Path(shutil.copy(file, tmp_path / "elsewhere"))
    os.utime(copy, (1, 1))
    assert fingerprint_of([copy]) == before


@pytest.mark.parametrize("place", [0, 5000, -1])
def test_a_changed_byte_of_a_small_file_changes_it(file, place):
    before = fingerprint_of([file])
    changed(file, place)
    assert fingerprint_of([file]) != before


def test_so_do_length_and_name(file):
    before = fingerprint_of([file])
    file.write_bytes(file.read_bytes() + b"?")
    longer = fingerprint_of([file])
    assert len({before, longer, fingerprint_of([file.rename(file.with_name("b.bin"))])}) == 3


def test_of_many_files_each_one_counts(tmp_path):
    files = [tmp_path / f"{number}.bin" for number in range(BLOCKS + 5)]
    for file in files:
        file.write_bytes(bytes(3 * BLOCK))
    before = fingerprint_of(files)
    changed(files[-1], -1)
    assert fingerprint_of(files) != before


def test_empty_files_have_one_too(tmp_path):
    empty = tmp_path / "empty"
    empty.touch()
    assert fingerprint_of([empty]) == fingerprint_of([empty])


def test_what_is_gone_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.bin: is gone or cannot be read"):
        fingerprint_of([tmp_path / "none.bin"])
