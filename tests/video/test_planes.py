"""Planes are those of FFmpeg."""

import av
import numpy as np
import pytest

from animot.video.planes import to_planes


@pytest.mark.parametrize("size", [(6, 10), (96, 128)])
def test_planes_are_what_ffmpeg_makes(size: tuple[int, int]) -> None:
    height, width = size
    corners = np.random.default_rng(0).integers(0, 256, (2, 2, 3))
    down, right = np.linspace(0, 1, height)[:, None, None], np.linspace(0, 1, width)[:, None]
    top, bottom = (corners[n, 0] * (1 - right) + corners[n, 1] * right for n in (0, 1))
    image = (top * (1 - down) + bottom * down).astype(np.uint8)
    expected = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(format="yuv420p")
    difference = np.abs(to_planes(image).astype(int) - expected.to_ndarray())
    assert difference.max() <= 3


def test_a_thin_line_keeps_its_colour_wherever_it_is() -> None:
    colours = []
    for row in (4, 5):
        image = np.zeros((12, 12, 3), dtype=np.uint8)
        image[row] = [255, 0, 0]
        colours.append(to_planes(image)[12:])
    assert np.array_equal(*colours)
    assert colours[0].max() > 170
