"""Masks as images: one a frame, whose pixels hold the identity of what is seen there.

That is how the Cell Tracking Challenge has its masks; ImageJ and scikit-image read them.
"""

import shutil
from pathlib import Path
from types import TracebackType

import cv2
import numpy as np
from jaxtyping import UInt16

from animot.data.atomic import part_name
from animot.errors import InputError
from animot.tracks import FrameTracks

FOLDER = "masks"
LARGEST_ID = int(np.iinfo(np.uint16).max)


def identity_image(objects: FrameTracks, size: tuple[int, int]) -> UInt16[np.ndarray, "H W"]:
    """Identity at each pixel of a frame of this size (height, width), 0 where nothing is.

    Where masks overlap, a higher layer comes before a lower one, and in one layer the surer object.

    Raises
    ------
    InputError : where an identity does not fit into 16 bits.
    """
    image = np.zeros(size, dtype=np.uint16)
    if objects.mask is None or not len(objects):
        return image
    if objects.track_id.max() > LARGEST_ID:
        raise InputError(
            f"identity {objects.track_id.max()} does not fit into images of 16 bits; "
            "leave --masks out, or track the video in parts"
        )
    layer = np.zeros(len(objects)) if objects.layer is None else objects.layer
    for n in np.lexsort((objects.confidence, layer)):
        whole = cv2.resize(255 * objects.mask[n].astype(np.uint8), size[::-1])
        image[whole > 127] = objects.track_id[n]
    return image


class MaskImages:
    """Writes a folder of masks that appears under its name once complete; a context manager.

    Left with an error, it leaves nothing, and an older folder as it was.

    Parameters
    ----------
    folder : in which the folder of masks is made.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FOLDER
        self._part = part_name(self._path)

    def __enter__(self) -> "MaskImages":
        shutil.rmtree(self._part, ignore_errors=True)
        self._part.mkdir()
        return self

    def write(self, index: int, objects: FrameTracks, size: tuple[int, int]) -> None:
        """Write the masks of frame `index`, counted from 0; the files count from 1."""
        image = identity_image(objects, size)
        _, content = cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, 1])
        path = self._part / f"{index + 1:06d}.png"
        try:
            path.write_bytes(content.tobytes())
        except OSError as error:
            raise InputError(
                f"{self._path}: cannot be written ({error.strerror}); make room, or leave --masks "
                "out"
            ) from error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            shutil.rmtree(self._path, ignore_errors=True)
            self._part.replace(self._path)
        else:
            shutil.rmtree(self._part, ignore_errors=True)
