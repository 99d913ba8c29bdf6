from pathlib import Path

import cv2
import numpy as np
import pytest

from animot.errors import InputError
from animot.video.background.picture_file import write_pictures


def test_one_camera_has_one_picture_and_several_are_numbered(tmp_path: Path) -> None:
    pictures = list(np.random.default_rng(0).integers(0, 256, (2, 5, 7, 3), dtype=np.uint8))
    write_pictures(pictures[:1], tmp_path)
    write_pictures(pictures, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "background-0.png",
        "background-1.png",
        "background.png",
    ]
    found = cv2.imread(str(tmp_path / "background-1.png"))[..., ::-1]
    np.testing.assert_array_equal(found, pictures[1])


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"background\.png: cannot write"):
        write_pictures([np.zeros((5, 7, 3), dtype=np.uint8)], tmp_path / "none")
