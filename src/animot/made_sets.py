"""Made video to learn from, by the words users write: what is drawn, and which models learn it."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from animot.data.digits import load_digits
from animot.data.made import MadeVideo
from animot.data.mnist_mot import MnistMOT
from animot.data.sprites_mot import SpritesMOT
from animot.errors import InputError, InputWarning
from animot.tba import presets
from animot.tba.config import TBAConfig

OBJECTS = 3  # most at a time, as published


@dataclass(frozen=True, kw_only=True)
class MadeSet:
    """One made set.

    Attributes
    ----------
    make : the video, from a seed, the most objects at a time, and the folder of the digits.
    configs : of the models that learn it, by preset.
    """

    make: Callable[[int, int, Path | None], MadeVideo]
    configs: dict[str, TBAConfig]


def _sprites(seed: int, objects: int, _: Path | None) -> MadeVideo:
    return SpritesMOT(seed, objects)


def _mnist(seed: int, objects: int, digits: Path | None) -> MadeVideo:
    return MnistMOT(seed, load_digits(digits, "train"), objects)


MADE_SETS = {
    "sprites": MadeSet(
        make=_sprites,
        configs={
            "fast": presets.FAST_SPRITES,
            "paper": presets.PAPER_SPRITES,
            "released": presets.RELEASED_SPRITES,
        },
    ),
    "mnist": MadeSet(
        make=_mnist,
        configs={
            "fast": presets.FAST_MNIST,
            "paper": presets.PAPER_MNIST,
            "released": presets.RELEASED_MNIST,
        },
    ),
}


def made_video(
    inputs: Sequence[str | Path], seed: int, objects: int | None, digits: Path | None
) -> MadeVideo | None:
    """Video to make where the inputs are the word of a made set; None where they are files.

    Only the bare word counts: ./mnist, or a `Path`, is the file or folder of that name. Other
    parameters are those of `make_video`.

    Raises
    ------
    InputError : where digits are missing, or given without need.
    """
    word = next((name for name in MADE_SETS if list(inputs) == [name]), None)
    if digits is not None and word != MnistMOT.name:
        raise InputError("only mnist is made of digits; leave --digits out, or learn mnist")
    if word is None:
        return None
    if Path(word).exists():
        warnings.warn(
            f"{word}: video is made, and what is here by that name is not read; "
            f"write ./{word} to learn from it",
            InputWarning,
            stacklevel=3,
        )
    return make_video(word, seed, objects, digits)


def make_video(name: str, seed: int, objects: int | None, digits: Path | None) -> MadeVideo:
    """Video of a made set to learn from.

    Parameters
    ----------
    name : a word of `MADE_SETS`.
    seed : another seed is another video.
    objects : most objects at a time; None: 3.
    digits : folder of the MNIST files; None: see `load_digits`. The training digits are taken.

    Raises
    ------
    InputError : where digits are missing.
    """
    return MADE_SETS[name].make(seed, OBJECTS if objects is None else objects, digits)
