"""Folders of numbered images as sequences of frames."""

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from animot.errors import InputError, InputWarning
from animot.tracker import Frame
from animot.video.image_file import read_image, to_8_bits, used_bits

EXTENSIONS = frozenset(
    {".bmp", ".jpeg", ".jpg", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp"}
)

DEPTH_SAMPLE = 16
"""Deep images looked at to learn how many of their bits are in use."""


@dataclass(frozen=True, kw_only=True)
class ImageFolder:
    """Images of one size in one folder, in natural order: 2.png comes before 10.png.

    Attributes
    ----------
    files : the images, in order.
    width, height : of every image, in pixels.
    fps : frames per second.
    bits : bits in use of each sample of 16-bit images, 8 to 16; the upper 8 of these are kept.
    """

    files: list[Path]
    width: int
    height: int
    fps: float
    bits: int

    @property
    def num_frames(self) -> int:
        """How many images there are."""
        return len(self.files)

    def frames(self, wanted: Callable[[int], bool]) -> Iterator[Frame]:
        """Read the images whose index is wanted.

        An image that cannot be read is replaced by the last one before it that can, so that
        frames keep the numbers of their files; at the end, one InputWarning says so.

        Raises
        ------
        InputError : where an image has another size than the first one.
        """
        unreadable: dict[Path, None] = {}
        for index in range(len(self.files)):
            if wanted(index):
                image = self._image(index, unreadable)
                yield Frame(index=index, time=index / self.fps, image=image)
        if unreadable:
            warnings.warn(
                f"{min(unreadable, key=self.files.index)}: cannot be read as an image "
                f"({len(unreadable)} of {len(self.files)} files); "
                "the image before it stands in for it",
                InputWarning,
                stacklevel=2,
            )

    def _image(self, index: int, unreadable: dict[Path, None]) -> UInt8[np.ndarray, "H W 3"]:
        for file in reversed(self.files[: index + 1]):
            image = None if file in unreadable else read_image(file)
            if image is None:
                unreadable[file] = None
                continue
            if image.shape[:2] != (self.height, self.width):
                raise InputError(
                    f"{file}: is {image.shape[1]}x{image.shape[0]}, but the first image of the "
                    f"folder is {self.width}x{self.height}; give images of one size"
                )
            return to_8_bits(image, self.bits)
        raise InputError(f"{self.files[0]}: cannot be read as an image any more; restore it")


def open_images(folder: Path, fps: float) -> ImageFolder:
    """List the images of a folder and read the first one.

    Hidden files and files that are no images by their extension are passed over.

    Raises
    ------
    InputError : where there are no images, or the first one cannot be read.
    """
    files = list_images(folder)
    if not files:
        raise InputError(
            f"{folder}: no images in this folder; it needs files such as 000001.jpg, or give a "
            "video file"
        )
    first = read_image(files[0])
    if first is None:
        raise InputError(f"{files[0]}: cannot be read as an image; restore or remove it")
    height, width, _ = first.shape
    bits = 8 if first.dtype == np.uint8 else _bits_of_sample(files)
    return ImageFolder(files=files, width=width, height=height, fps=fps, bits=bits)


def list_images(folder: Path) -> list[Path]:
    """Images of the folder in natural order, hidden files left out.

    Raises
    ------
    InputError : where the folder cannot be read.
    """
    try:
        files = [
            file
            for file in folder.iterdir()
            if file.suffix.lower() in EXTENSIONS and not file.name.startswith(".")
        ]
    except OSError as error:
        raise InputError(
            f"{folder}: cannot be listed ({error.strerror}); change its access rights"
        ) from error
    return sorted(files, key=natural_key)


def natural_key(file: Path) -> tuple[list[str | int], str]:
    """Key that sorts file names by the numbers in them, then as text."""
    parts = re.split(r"([0-9]+)", file.name)
    # Text and digits take turns, so that text is only ever compared with text.
    return [int(part) if place % 2 else part for place, part in enumerate(parts)], file.name


def _bits_of_sample(files: list[Path]) -> int:
    """Bits in use over images spread evenly over the sequence.

    Cameras of 10 to 14 bits store their samples in the low bits of 16; one depth must serve all
    images, or their brightness would jump.
    """
    step = -(-len(files) // DEPTH_SAMPLE)
    images = [read_image(file) for file in files[::step]]
    return max(used_bits(image) for image in images if image is not None)
