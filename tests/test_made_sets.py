"""The words for made video, and what they stand for."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from animot.data.mnist_mot import MnistMOT
from animot.data.sprites_mot import SpritesMOT
from animot.errors import InputError, InputWarning
from animot.made_sets import MADE_SETS, made_video, make_video

PIXELS = np.random.default_rng(3).integers(0, 256, size=(9, 28, 28), dtype=np.uint8)


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    """Folder with five training and nine test digits."""
    folder = tmp_path / "idx"
    folder.mkdir()
    for name, count in (("train", 5), ("t10k", 9)):
        header = np.array([0x0803, count, 28, 28], dtype=">u4").tobytes()
        content = gzip.compress(header + PIXELS[-count:].tobytes())
        (folder / f"{name}-images-idx3-ubyte.gz").write_bytes(content)
    return folder


@pytest.mark.parametrize("inputs", [["./mnist"], [Path("mnist")], ["sprites"] * 2, ["mnist.mp4"]])
def test_only_the_bare_word_asks_for_made_video(inputs: list[str | Path]) -> None:
    assert made_video(inputs, 6, 2, None) is None


def test_the_words(digits: Path) -> None:
    sprites = made_video(["sprites"], 6, 2, None)
    assert isinstance(sprites, SpritesMOT)
    assert (sprites.seed, sprites.num_objects) == (6, 2)
    assert isinstance(made_video(["mnist"], 6, 2, digits), MnistMOT)


@pytest.mark.parametrize("inputs", [["sprites"], ["a.mp4"]])
def test_digits_are_for_mnist_only(inputs: list[str], digits: Path) -> None:
    with pytest.raises(InputError, match="only mnist is made of digits"):
        made_video(inputs, 6, 2, digits)


def test_a_folder_by_the_name_of_a_made_set_is_spoken_of(
    digits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mnist").mkdir()
    with pytest.warns(InputWarning, match=r"write \./mnist to learn from it"):
        assert isinstance(made_video(["mnist"], 6, 2, digits), MnistMOT)
    assert made_video(["./mnist"], 6, 2, None) is None


def test_every_set_has_the_same_presets_and_its_own_name() -> None:
    assert {tuple(made.configs) for made in MADE_SETS.values()} == {("fast", "paper", "released")}
    assert list(MADE_SETS) == [SpritesMOT.name, MnistMOT.name]


def test_sprites() -> None:
    made = make_video("sprites", 6, None, None)
    assert isinstance(made, SpritesMOT)
    assert (made.seed, made.num_objects, made.fingerprint()) == (6, 3, None)
    assert make_video("sprites", 6, 5, None).num_objects == 5


def test_mnist_draws_training_digits(digits: Path) -> None:
    made = make_video("mnist", 6, 2, digits)
    expected = MnistMOT(6, PIXELS[-5:], 2)
    np.testing.assert_array_equal(made.clip([1], 9, 30).frames, expected.clip([1], 9, 30).frames)
    assert make_video("mnist", 6, None, digits).num_objects == 3


def test_the_fingerprint_is_that_of_the_digits() -> None:
    prints = [
        MnistMOT(seed, pixels, count).fingerprint()
        for seed, pixels, count in (
            (1, PIXELS, 3),
            (2, PIXELS.copy(), 4),
            (1, PIXELS[::-1], 3),
            (1, PIXELS ^ (np.arange(9) == 4).astype(np.uint8)[:, None, None], 3),
        )
    ]
    assert prints[0] == prints[1]
    assert len(set(prints)) == 3
