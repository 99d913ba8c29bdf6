from pathlib import Path

import cv2
import numpy as np
import pytest

from animot.errors import InputError
from animot.report.mask_images import MaskImages, identity_image
from animot.tracks import FrameTracks


def objects_with(masks: np.ndarray, ids: list[int], layers: list[int] | None) -> FrameTracks:
    N = len(ids)
    return FrameTracks(
        track_id=np.array(ids, dtype=np.int64),
        box=np.zeros((N, 4)),
        confidence=np.linspace(0.9, 0.6, N),
        layer=None if layers is None else np.array(layers, dtype=np.int64),
        mask=masks,
    )


def halves() -> np.ndarray:
    """Two masks of 4x4 that share the columns in the middle."""
    masks = np.zeros((2, 4, 4), dtype=bool)
    masks[0, :, :3] = masks[1, :, 1:] = True
    return masks


@pytest.mark.parametrize(
    ("layers", "row"),
    [([0, 1], [7, 9, 9, 9]), ([1, 0], [7, 7, 7, 9]), (None, [7, 7, 7, 9]), ([0, 0], [7, 7, 7, 9])],
)
def test_pixels_hold_the_identity_of_what_is_in_front(
    layers: list[int] | None, row: list[int]
) -> None:
    image = identity_image(objects_with(halves(), [7, 9], layers), (4, 4))
    assert image.dtype == np.uint16
    assert image.tolist() == [row] * 4


def test_masks_grow_to_the_frame() -> None:
    image = identity_image(objects_with(halves()[:1], [300], [0]), (16, 32))
    assert image.shape == (16, 32)
    assert (image[:, :22] == 300).all()
    assert not image[:, 26:].any()


def test_an_identity_that_does_not_fit_is_refused() -> None:
    with pytest.raises(InputError, match=r"identity 65536 does not fit.*;"):
        identity_image(objects_with(halves()[:1], [65536], [0]), (4, 4))


def test_frames_without_objects_are_black() -> None:
    empty = objects_with(np.zeros((0, 4, 4), dtype=bool), [], [])
    assert not identity_image(empty, (8, 8)).any()


def test_the_folder_appears_once_complete(tmp_path: Path) -> None:
    first = objects_with(halves(), [7, 9], [0, 1])
    with MaskImages(tmp_path) as masks:
        masks.write(0, first, (4, 4))
        masks.write(1, first, (4, 4))
        assert not (tmp_path / "masks").exists()
    assert [file.name for file in sorted((tmp_path / "masks").iterdir())] == [
        "000001.png",
        "000002.png",
    ]
    image = cv2.imread(str(tmp_path / "masks" / "000001.png"), cv2.IMREAD_UNCHANGED)
    assert image.tolist() == [[7, 9, 9, 9]] * 4


def test_an_error_leaves_the_old_folder(tmp_path: Path) -> None:
    only = objects_with(halves()[:1], [7], [0])
    with MaskImages(tmp_path) as masks:
        masks.write(0, only, (4, 4))
    with pytest.raises(ZeroDivisionError), MaskImages(tmp_path) as masks:  # noqa: PT012
        masks.write(0, only, (8, 8))
        masks.write(1, only, (8, 8))
        raise ZeroDivisionError
    assert [file.name for file in tmp_path.rglob("*.png")] == ["000001.png"]
    assert [file.name for file in tmp_path.iterdir()] == ["masks"]
