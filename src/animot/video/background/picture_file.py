"""The empty scene as a picture to look at."""

from pathlib import Path

import cv2
import numpy as np
from jaxtyping import UInt8

from animot.data.atomic import write_bytes


def write_pictures(backgrounds: list[UInt8[np.ndarray, "H W D"]], folder: Path) -> None:
    """Write background.png, or of several cameras background-0.png, background-1.png, ...

    Raises
    ------
    InputError : where the folder cannot be written.
    """
    for number, background in enumerate(backgrounds):
        name = "background.png" if len(backgrounds) == 1 else f"background-{number}.png"
        _, content = cv2.imencode(".png", background[..., ::-1])  # blue comes first in OpenCV
        write_bytes(folder / name, content.tobytes())
