import numpy as np

from animot.report.attention import Look, draw_looks
from animot.report.panel import CAPTION_HEIGHT, GAP

H, W, M, N = 28, 35, 4, 5  # cells of 7 x 7 pixels
FRAMES = np.full((2, H, W, 3), 77, dtype=np.uint8)
ACROSS = 12  # between a frame's parts


def make_look(brightest: float, cell: tuple[int, int], tracker: int = 0) -> Look:
    memory, attention, change = np.zeros((3, M, N))
    memory[0, 0] = brightest
    attention[cell] = 1
    change[cell] = 0.5 * brightest
    return Look(tracker=tracker, confidence=0.5, memory=memory, attention=attention, change=change)


def test_maps_are_where_they_belong_and_frames_have_one_scale() -> None:
    looks = [[make_look(2.0, (1, 2)), make_look(1.0, (3, 4))], [make_look(4.0, (2, 0))]]
    picture = draw_looks(FRAMES, looks)
    row_height = CAPTION_HEIGHT + GAP + H + GAP + CAPTION_HEIGHT
    three = 3 * W + 2 * GAP
    assert picture.shape == (
        GAP + row_height + GAP + row_height + GAP,
        GAP + W + ACROSS + three + ACROSS + three + GAP,
        3,
    )

    def square(row: int, turn: int, which: int) -> np.ndarray:
        top = GAP + row * (row_height + GAP) + CAPTION_HEIGHT + GAP
        left = GAP + W + ACROSS + turn * (three + ACROSS) + which * (W + GAP)
        return picture[top : top + H, left : left + W]

    def cell(picture: np.ndarray, m: int, n: int) -> np.ndarray:
        return picture[7 * m : 7 * m + 7, 7 * n : 7 * n + 7]

    frame = picture[GAP + CAPTION_HEIGHT + GAP :][:H, GAP : GAP + W]
    assert (frame == 77).all()
    assert (cell(square(0, 0, 0), 0, 0) == 255).all()
    assert (cell(square(0, 1, 0), 0, 0) == 128).all()  # half as bright as in the turn before
    assert (cell(square(1, 0, 0), 0, 0) == 255).all()
    assert (square(0, 0, 0)[7:] == 0).all()
    for row, turn, where in ((0, 0, (1, 2)), (0, 1, (3, 4)), (1, 0, (2, 0))):
        attention = square(row, turn, 1)
        colours, counts = np.unique(attention.reshape(-1, 3), axis=0, return_counts=True)
        assert len(colours) == 2
        assert counts.min() == 49
        assert (cell(attention, *where) == colours[counts.argmin()]).all()
        assert colours[counts.argmin()].sum() > colours[counts.argmax()].sum()
    assert (cell(square(0, 0, 2), 1, 2) == 255).all()
    assert (cell(square(0, 1, 2), 3, 4) == 128).all()


def test_nothing_to_see_is_black_not_an_error() -> None:
    silent = make_look(0.0, (0, 0))
    picture = draw_looks(FRAMES[:1], [[silent]])
    left = GAP + W + ACROSS
    assert (picture[GAP + CAPTION_HEIGHT + GAP :][:H, left : left + W] == 0).all()
