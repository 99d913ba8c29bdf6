"""Digits in motion, and where they come from."""

import gzip

import numpy as np
import pytest

from animot.data.digits import default_folder, load_digits
from animot.data.mnist_mot import MnistMOT
from animot.errors import InputError

DIGITS = np.random.default_rng(4).integers(0, 256, size=(13, 28, 28), dtype=np.uint8)


def test_a_lone_digit_is_drawn_as_it_is():
    made = MnistMOT(6, DIGITS, num_objects=1)
    clip = made.clip(range(30), 0, 30)
    _, appearance = made._objects(range(30), 0, 30)
    seen = set()
    for b, t in np.argwhere(clip.truth.present[:, :, 0]):
        left, top, right, bottom = clip.truth.box[b, t, 0].astype(int)
        assert (right - left, bottom - top) == (28, 28)
        digit = appearance[b, t, 0, 0]
        patch = clip.frames[b, t, max(top, 0) : bottom, max(left, 0) : right, 0]
        rows = slice(max(-top, 0), max(-top, 0) + patch.shape[0])
        columns = slice(max(-left, 0), max(-left, 0) + patch.shape[1])
        np.testing.assert_array_equal(patch, DIGITS[digit, rows, columns])
        seen.add(int(digit))
    assert seen == set(range(13))


def test_overlapping_digits_add_up_to_at_most_255():
    made = MnistMOT(9, DIGITS, num_objects=6)
    clip = made.clip([0], 30, 60)
    _, appearance = made._objects([0], 30, 60)
    saturated = 0
    for t in range(60):
        total = np.zeros((128 + 56, 128 + 56), dtype=np.int64)
        for slot in np.flatnonzero(clip.truth.present[0, t]):
            left, top = clip.truth.box[0, t, slot, :2].astype(int) + 28
            total[top : top + 28, left : left + 28] += DIGITS[appearance[0, t, slot, 0]]
        saturated += (total > 255).sum()
        expected = np.minimum(total, 255)[28:-28, 28:-28]
        np.testing.assert_array_equal(clip.frames[0, t, :, :, 0], expected)
    assert saturated > 500


def test_digits_are_chosen_alike():
    appearance = MnistMOT(0, DIGITS)._appear(np.random.default_rng(1), 1300)
    assert appearance.shape == (1300, 1)
    assert np.bincount(appearance[:, 0], minlength=13) == pytest.approx(100, abs=4.5 * 9.6)


def test_no_digits_make_no_video():
    with pytest.raises(InputError, match="no digits to draw"):
        MnistMOT(0, DIGITS[:0])


def write_digits(path, count):
    header = np.array([0x0803, count, 28, 28], dtype=">u4").tobytes()
    path.write_bytes(gzip.compress(header + DIGITS[:count].tobytes()))


@pytest.fixture
def mnist(tmp_path):
    folder = tmp_path / "mnist"
    folder.mkdir()
    write_digits(folder / "train-images-idx3-ubyte.gz", 7)
    write_digits(folder / "t10k-images-idx3-ubyte.gz", 5)
    return folder


@pytest.mark.parametrize(("split", "count"), [("train", 7), ("test", 5), ("pooled", 12)])
def test_splits(mnist, split, count):
    digits = load_digits(mnist, split)
    assert len(digits) == count
    np.testing.assert_array_equal(digits[:5], DIGITS[:5])
    np.testing.assert_array_equal(digits[-1], DIGITS[6 if split == "train" else 4])


def test_digits_are_found_through_the_environment(mnist, monkeypatch, tmp_path):
    monkeypatch.setenv("ANIMOT_DATA", str(tmp_path))
    assert len(load_digits(split="test")) == 5
    monkeypatch.delenv("ANIMOT_DATA")
    assert default_folder().parts == ("..", "shared", "data", "mnist")


def test_missing_digits_are_named(mnist):
    (mnist / "t10k-images-idx3-ubyte.gz").unlink()
    assert len(load_digits(mnist, "train")) == 7
    with pytest.raises(InputError) as error:
        load_digits(mnist, "pooled")
    message = str(error.value)
    assert message.startswith(f"no t10k-images-idx3-ubyte.gz in {mnist}; get MNIST from https://")
    assert "\n" not in message
    (mnist / "train-images-idx3-ubyte.gz").unlink()
    both = "no train-images-idx3-ubyte.gz and no t10k-images-idx3-ubyte.gz in "
    with pytest.raises(InputError, match=both):
        load_digits(mnist, "pooled")
    with pytest.raises(InputError, match="no 'other' digits"):
        load_digits.__wrapped__(mnist, "other")


def test_the_real_digits(shared_data):
    train, test = (load_digits(shared_data / "mnist", split) for split in ("train", "test"))
    assert train.shape == (60_000, 28, 28)
    assert test.shape == (10_000, 28, 28)
    assert train.mean() == pytest.approx(33.32, abs=0.01)  # 0.1307 of 255, as all the world has it
    assert test.mean() == pytest.approx(33.79, abs=0.01)
    made = MnistMOT(7, test)
    assert made.clip([0], 0, 30).frames.max() > 250
