"""The MNIST digits, from the files that hold them."""

from pathlib import Path
from typing import Literal

import numpy as np
from jaxtyping import UInt8

from animot.data.data_folder import data_folder
from animot.data.idx import read_idx_images
from animot.errors import InputError

Split = Literal["train", "test", "pooled"]

FILES: dict[Split, tuple[str, ...]] = {
    "train": ("train-images-idx3-ubyte.gz",),
    "test": ("t10k-images-idx3-ubyte.gz",),
    "pooled": ("train-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte.gz"),
}
SOURCE = "https://ossci-datasets.s3.amazonaws.com/mnist/"


def load_digits(
    folder: Path | str | None = None, split: Split = "train"
) -> UInt8[np.ndarray, "N 28 28"]:
    """Load handwritten digits, white on black, 0..255.

    Parameters
    ----------
    folder : with the gzipped IDX files; by default the folder mnist in $ANIMOT_DATA, or in
        ../shared/data where that is not set. Labels are not needed.
    split : the 60,000 training digits, the 10,000 test digits, or both.

    Raises
    ------
    InputError
        where a file is missing or damaged.
    """
    if split not in FILES:
        raise InputError(f"there are no {split!r} digits; say train, test or pooled")
    place = Path(folder) if folder is not None else default_folder()
    missing = [name for name in FILES[split] if not (place / name).is_file()]
    if missing:
        raise InputError(
            f"no {' and no '.join(missing)} in {place}; get MNIST from {SOURCE} and give the "
            "folder it lies in (--digits), or set ANIMOT_DATA to the folder above one named mnist"
        )
    return np.concatenate([read_idx_images(place / name) for name in FILES[split]])


def default_folder() -> Path:
    """Where the digits are looked for when no folder is given."""
    return data_folder() / "mnist"
