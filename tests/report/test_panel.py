import cv2
import numpy as np

from animot.report.panel import CAPTION_HEIGHT, beside, caption, to_png, under, with_margin

A = np.full((11, 7, 3), 10, dtype=np.uint8)
B = np.full((5, 13, 3), 20, dtype=np.uint8)


def test_beside_and_under_keep_every_picture_and_centre_it() -> None:
    row = beside([A, B], gap=3)
    assert row.shape == (11, 7 + 3 + 13, 3)
    assert (row[:, :7] == 10).all()
    assert (row[3:8, 10:] == 20).all()
    assert (row[:, 7:10] == 255).all()
    assert (row[:3, 10:] == 255).all()
    column = under([A, B], gap=2)
    assert column.shape == (11 + 2 + 5, 13, 3)
    assert (column[:11, 3:10] == 10).all()
    assert (column[13:] == 20).all()
    assert (column[11:13] == 255).all()


def test_a_caption_is_ink_on_paper() -> None:
    line = caption("tracker", 80)
    assert line.shape == (CAPTION_HEIGHT, 80, 3)
    assert line.min() < 50
    assert (caption("", 80) == 255).all()
    assert (line != caption("trackers", 80)).any()


def test_png_is_lossless_and_keeps_colours_apart() -> None:
    picture = np.random.default_rng(0).integers(256, size=(9, 14, 3), dtype=np.uint8)
    content = np.frombuffer(to_png(picture), dtype=np.uint8)
    decoded = cv2.cvtColor(cv2.imdecode(content, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    np.testing.assert_array_equal(decoded, picture)


def test_margin() -> None:
    framed = with_margin(A)
    assert framed.shape == (19, 15, 3)
    assert (framed[4:-4, 4:-4] == 10).all()
    assert (framed[:4] == 255).all()
