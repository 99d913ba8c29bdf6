import sys

import cv2
import numpy as np
import pytest

from animot.errors import InputError
from animot.report.curves import draw_curves
from animot.report.figure import COLOURS

FALLING = np.array([[10, 900.0], [20, 90.0], [30, 50.0]])


def pixels(content: bytes) -> np.ndarray:
    decoded = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_COLOR)
    return cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)


def count(picture: np.ndarray, colour: str) -> int:
    rgb = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return int((np.abs(picture.astype(int) - rgb).max(axis=2) < 30).sum())


def test_every_curve_is_drawn_in_the_colour_of_its_name() -> None:
    pytest.importorskip("matplotlib")
    curves = {"TBA": [FALLING], "TBAc": [FALLING * [1, 2], FALLING * [1, 3]], "none": []}
    picture = pixels(draw_curves(curves, "title", across="steps", up="loss"))
    assert picture.shape == (675, 1050, 3)
    alone = pixels(draw_curves({"TBA": [FALLING]}, "title", across="steps", up="loss"))
    assert count(picture, COLOURS[1]) > 500
    assert count(alone, COLOURS[1]) == 0
    twice = pixels(draw_curves({"": [], "b": [FALLING]}, "title", across="steps", up="loss"))
    assert count(twice, COLOURS[1]) > 500
    assert count(picture, COLOURS[1]) > 1.3 * count(twice, COLOURS[1])


def test_without_matplotlib_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(InputError, match=r"pip install 'animot\[figures\]'"):
        draw_curves({"TBA": [FALLING]}, "title", across="steps", up="loss")
