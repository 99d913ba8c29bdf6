"""Folders of images: natural order, one size, and what to do with files that are damaged."""

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from made_video import noise

from animot.errors import InputError, InputWarning
from animot.video.images import ImageFolder, natural_key, open_images


def always(index: int) -> bool:
    return True


def write(file: Path, image: np.ndarray) -> Path:
    """Write an RGB image of any depth; not by imwrite, which fails on some names."""
    done, content = cv2.imencode(file.suffix, image[..., ::-1])
    assert done
    file.write_bytes(content.tobytes())
    return file


@pytest.fixture
def images() -> np.ndarray:
    return noise(12, height=13, width=19)


@pytest.fixture
def folder(tmp_path: Path, images: np.ndarray) -> Path:
    for number, image in enumerate(images, start=1):
        write(tmp_path / f"Bild-{number} ö.png", image)
    return tmp_path


def everything(source: ImageFolder) -> np.ndarray:
    return np.stack([frame.image for frame in source.frames(always)])


def test_images_come_in_natural_order(folder: Path, images: np.ndarray) -> None:
    (folder / "notes.txt").write_text("not an image")
    write(folder / ".hidden.png", images[0, :5])
    source = open_images(folder, fps=8.0)
    assert (source.width, source.height, source.num_frames) == (19, 13, 12)
    frames = list(source.frames(always))
    np.testing.assert_array_equal([frame.image for frame in frames], images)
    assert [frame.index for frame in frames] == list(range(12))
    assert [frame.time for frame in frames] == [index / 8 for index in range(12)]


def test_natural_order_is_total() -> None:
    names = ["a", "1", "01", "1a", "2", "10", "a1b2", "a1b10", "a02", "²", "٣"]
    ordered = sorted(map(Path, names), key=natural_key)
    assert ordered == sorted(map(Path, reversed(names)), key=natural_key)
    assert [ordered.index(Path(name)) for name in ("1", "2", "10")] == [1, 3, 4]


def test_only_wanted_images_are_read(folder: Path, images: np.ndarray) -> None:
    source = open_images(folder, fps=8.0)
    for file in source.files[1:10]:
        file.unlink()
    frames = list(source.frames(lambda index: index >= 10))
    assert [(frame.index, frame.time) for frame in frames] == [(10, 1.25), (11, 1.375)]
    np.testing.assert_array_equal([frame.image for frame in frames], images[10:])


def test_one_image_and_a_link_to_it(tmp_path: Path, images: np.ndarray) -> None:
    target = write(tmp_path / "elsewhere.png", images[0])
    folder = tmp_path / "links"
    folder.mkdir()
    (folder / "1.png").symlink_to(target)
    np.testing.assert_array_equal(everything(open_images(folder, fps=8.0)), images[:1])


@pytest.mark.parametrize("damage", ["cut", "text", "empty", "folder", "gone", "pipe", "loop"])
def test_image_before_stands_in_for_unreadable_ones(
    folder: Path, images: np.ndarray, damage: str
) -> None:
    source = open_images(folder, fps=8.0)
    for file in source.files[5:7]:
        content = file.read_bytes()
        file.unlink()
        if damage == "folder":
            file.mkdir()
        elif damage == "pipe":
            os.mkfifo(file)
        elif damage == "loop":
            file.symlink_to(file)
        elif damage != "gone":
            file.write_bytes({"cut": content[:40], "text": b"no image", "empty": b""}[damage])
    expected = images.copy()
    expected[5:7] = images[4]
    with pytest.warns(InputWarning, match=r"Bild-6 ö\.png: cannot be read .*\(2 of 12 files\)"):
        np.testing.assert_array_equal(everything(source), expected)
    with pytest.warns(InputWarning, match=r"Bild-6 ö\.png"):
        (frame,) = source.frames(lambda index: index == 6)
    np.testing.assert_array_equal(frame.image, images[4])


def test_first_image_must_be_readable(folder: Path) -> None:
    (folder / "Bild-1 ö.png").write_bytes(b"")
    with pytest.raises(InputError, match=r"Bild-1 ö\.png: cannot be read as an image"):
        open_images(folder, fps=8.0)


def test_all_images_gone(folder: Path) -> None:
    source = open_images(folder, fps=8.0)
    for file in source.files:
        file.unlink()
    with pytest.raises(InputError, match="any more"):
        everything(source)


def test_mixed_sizes(folder: Path, images: np.ndarray) -> None:
    write(folder / "Bild-7 ö.png", images[0].swapaxes(0, 1))
    with pytest.raises(InputError, match=r"Bild-7 ö\.png: is 13x19, but the first .* is 19x13"):
        everything(open_images(folder, fps=8.0))


def test_folder_without_images(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not an image")
    with pytest.raises(InputError, match="no images in this folder"):
        open_images(tmp_path, fps=8.0)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may list all")
def test_folder_without_permission(folder: Path) -> None:
    folder.chmod(0)
    with pytest.raises(InputError, match="cannot be listed"):
        open_images(folder, fps=8.0)
    folder.chmod(0o700)


def test_grey_and_alpha(tmp_path: Path, images: np.ndarray) -> None:
    grey = images[0, :, :, 0]
    write(tmp_path / "1.png", grey[..., None])
    cv2.imwrite(str(tmp_path / "2.png"), np.dstack([images[1][..., ::-1], grey]))
    frames = everything(open_images(tmp_path, fps=8.0))
    np.testing.assert_array_equal(frames[0], np.repeat(grey[..., None], 3, axis=2))
    np.testing.assert_array_equal(frames[1], images[1])


@pytest.mark.parametrize(("bits", "extension"), [(9, "png"), (12, "tif"), (16, "png")])
def test_deep_images_keep_their_upper_8_bits(tmp_path: Path, bits: int, extension: str) -> None:
    """A 12-bit camera fills 4096 of 65536 levels; cut at 16 bits, its images would be black."""
    deep = np.random.default_rng(3).integers(0, 2**bits, (23, 13, 19, 3), dtype=np.uint16)
    deep[:, 0, 0] = 2**bits - 1
    for number, image in enumerate(deep):
        write(tmp_path / f"{number}.{extension}", image)
    frames = everything(open_images(tmp_path, fps=8.0))
    np.testing.assert_array_equal(frames, deep >> (bits - 8))


def test_image_brighter_than_the_sample_is_white_not_wrapped(tmp_path: Path) -> None:
    deep = np.full((40, 13, 19, 3), 1000, dtype=np.uint16)
    deep[20] = 5000  # the sample is every third image
    for number, image in enumerate(deep):
        write(tmp_path / f"{number}.png", image)
    frames = everything(open_images(tmp_path, fps=8.0))
    assert (frames[19] == 250).all()
    assert (frames[20] == 255).all()


def test_real_images(shared_data: Path) -> None:
    source = open_images(shared_data / "tud-stadtmitte" / "img1", fps=25.0)
    assert (source.width, source.height, source.num_frames) == (640, 480, 179)
