"""IDX files, whole and damaged."""

import gzip

import numpy as np
import pytest

from animot.data.idx import read_idx_images
from animot.errors import InputError

IMAGES = np.random.default_rng(2).integers(0, 5, size=(17, 28, 28), dtype=np.uint8)


def idx_bytes(magic=0x0803, count=17, height=28, width=28):
    return np.array([magic, count, height, width], dtype=">u4").tobytes() + IMAGES.tobytes()


def write(path, content):
    path.write_bytes(gzip.compress(content, mtime=0))
    return path


def test_images_come_back(tmp_path):
    images = read_idx_images(write(tmp_path / "images.gz", idx_bytes()))
    assert images.dtype == np.uint8
    np.testing.assert_array_equal(images, IMAGES)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no images in the IDX format"),
        (idx_bytes()[:15], "holds no images in the IDX format"),
        (idx_bytes(magic=0x0801), "holds no images in the IDX format"),
        (idx_bytes(height=29), "holds images of 28x29 pixels"),
        (idx_bytes(count=0), "announces 0 images"),
        (idx_bytes(count=4_000_000_000), "announces 4000000000 images"),
        (idx_bytes(count=18), "holds less than the 18 images"),
        (idx_bytes(count=900_000), "holds less than the 900000 images"),
        (idx_bytes(count=16), "holds more than the 16 images"),
    ],
)
def test_wrong_content_is_one_clear_line(tmp_path, content, message):
    path = write(tmp_path / "images.gz", content)
    with pytest.raises(InputError, match=message) as error:
        read_idx_images(path)
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)


def test_files_that_cannot_be_read_are_named(tmp_path):
    plain = tmp_path / "plain.gz"
    plain.write_bytes(idx_bytes())
    for path in (plain, tmp_path, tmp_path / "absent.gz"):
        with pytest.raises(InputError, match="cannot be read") as error:
            read_idx_images(path)
        assert str(path) in str(error.value)


def test_damage_anywhere_is_one_clear_line_and_never_another_digit(tmp_path):
    whole = gzip.compress(idx_bytes(), mtime=0)
    random = np.random.default_rng(8)
    complaints = 0
    for case in range(150):
        bad = bytearray(whole)
        if case % 3 == 0:
            del bad[random.integers(len(bad) - 1) + 1 :]
        elif case % 3 == 1:
            bad[random.integers(10, len(bad))] ^= 1 << random.integers(8)
        else:
            at = random.integers(10, len(bad) - 8)
            bad[at : at + 5] = random.bytes(3)
        path = tmp_path / "bad.gz"
        path.write_bytes(bad)
        images, complaint = attempt(path)
        if complaint is None:
            np.testing.assert_array_equal(images, IMAGES)
        else:
            assert "\n" not in complaint
            complaints += 1
    assert complaints > 120


def attempt(path):
    try:
        return read_idx_images(path), None
    except InputError as error:
        return None, str(error)
