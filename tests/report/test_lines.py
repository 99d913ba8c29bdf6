import sys

import cv2
import numpy as np
import pytest

from animot.errors import InputError
from animot.report.figure import COLOURS
from animot.report.lines import LabelledLine, draw_lines

LINE = LabelledLine(name="one", points=((10.0, 61.5), (14.0, 58.0)), labels=("2", "3"))


def pixels(content: bytes) -> np.ndarray:
    decoded = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_COLOR)
    return cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)


def count(picture: np.ndarray, colour: str) -> int:
    rgb = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return int((np.abs(picture.astype(int) - rgb).max(axis=2) < 30).sum())


def drawn(*lines: LabelledLine) -> np.ndarray:
    return pixels(draw_lines(lines, "title", across="frames a second", up="MOTA (%)"))


def test_every_line_has_a_colour_and_its_points_have_words() -> None:
    pytest.importorskip("matplotlib")
    point = LabelledLine(name="other", points=((12.0, 60.0),), labels=("",))
    picture = drawn(LINE, point)
    assert picture.shape == (675, 1050, 3)
    assert count(picture, COLOURS[1]) > 20  # a dot, and one in the legend
    assert count(drawn(LINE), COLOURS[1]) == 0
    below = LabelledLine(name="other", points=((10.0, 60.5), (14.0, 60.0)), labels=("2", "3"))
    mute = LabelledLine(name="other", points=below.points, labels=("", ""))
    assert count(drawn(LINE, below), COLOURS[1]) > count(drawn(LINE, mute), COLOURS[1]) + 20


def test_more_lines_than_colours_differ_in_their_strokes() -> None:
    pytest.importorskip("matplotlib")
    flat = [
        LabelledLine(name=f"{n}", points=((0.0, n), (9.0, n)), labels=("", ""))
        for n in map(float, range(len(COLOURS) + 2))
    ]
    picture = drawn(*flat)
    assert count(picture, COLOURS[1]) > 1.4 * count(drawn(*flat[:-1]), COLOURS[1])


def test_whole_numbers_are_not_divided() -> None:
    """Words under the axis: 0 to 3, and not 0.0, 0.5 and so on."""
    pytest.importorskip("matplotlib")

    def ink(last: float) -> int:
        points = ((0.0, 1.0), (last, 2.0))
        picture = drawn(LabelledLine(name="one", points=points, labels=("", "")))
        return int((picture[610:640] < 100).sum())

    assert ink(3.0) < 0.8 * ink(3.001)


def test_without_matplotlib_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(InputError, match=r"pip install 'animot\[figures\]'"):
        drawn(LINE)
