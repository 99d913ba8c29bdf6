import numpy as np

from animot.report.panel import GAP
from animot.report.strips import BETWEEN_OUTPUTS, NAME_WIDTH, Strip, draw_strips, input_strip

N, I, H, W, U, V = 4, 3, 31, 37, 9, 7


def make_strip(brightness: int) -> Strip:
    """Frame n is `brightness + n`, output i of it `brightness + 50 + 10 n + i`."""
    frames = np.zeros((N, H, W, 3), np.uint8)
    outputs = np.zeros((N, I, U, V, 3), np.uint8)
    for n in range(N):
        frames[n] = brightness + n
        for i in range(I):
            outputs[n, i] = brightness + 50 + 10 * n + i
    return Strip(name="TBA", frames=frames, outputs=outputs)


def test_every_frame_and_output_is_where_it_belongs() -> None:
    picture = draw_strips([input_strip(make_strip(5).frames), make_strip(100)])
    assert picture.shape == (
        GAP + H + GAP + H + GAP + U + GAP,
        GAP + NAME_WIDTH + N * (GAP + W) + GAP,
        3,
    )
    for n in range(N):
        left = GAP + NAME_WIDTH + GAP + n * (W + GAP)
        assert (picture[GAP : GAP + H, left : left + W] == 5 + n).all()
        top = GAP + H + GAP
        assert (picture[top : top + H, left : left + W] == 100 + n).all()
        row = picture[top + H + GAP :][:U, left : left + W]
        inside = (W - I * V - (I - 1) * BETWEEN_OUTPUTS) // 2
        for i in range(I):
            start = inside + i * (V + BETWEEN_OUTPUTS)
            assert (row[:, start : start + V] == 150 + 10 * n + i).all()


def test_names_are_written() -> None:
    names = draw_strips([make_strip(100)])[:, GAP : GAP + NAME_WIDTH]
    assert names.min() < 50
