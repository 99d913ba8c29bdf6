"""Lines of few points, each of which may have a word beside it. They need matplotlib, an extra."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

from animot.report.figure import COLOURS, new_axes, png_of

# More names than colours are told apart by their strokes.
STROKES = ("-", "--", ":")


@dataclass(frozen=True, kw_only=True)
class LabelledLine:
    """A line of a name.

    Attributes
    ----------
    name : in the legend.
    points : (x, y) in their order.
    labels : a word beside each point; empty for none.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    labels: tuple[str, ...]


def draw_lines(lines: Sequence[LabelledLine], title: str, *, across: str, up: str) -> bytes:
    """Content of a PNG file, 1050 x 675 pixels.

    Parameters
    ----------
    lines : to be drawn; of a single point, the point.
    title, across, up : what stands above the picture and at its axes.

    Raises
    ------
    InputError : where matplotlib is not installed.
    """
    axes = new_axes(title, across=across, up=up)
    looks = cycle((colour, stroke) for stroke in STROKES for colour in COLOURS)
    for one, (colour, stroke) in zip(lines, looks, strict=False):
        x, y = zip(*one.points, strict=True)
        axes.plot(x, y, color=colour, linestyle=stroke, label=one.name, marker="o", lw=1, ms=4)
        for point, label in zip(one.points, one.labels, strict=True):
            axes.annotate(label, point, xytext=(4, 4), textcoords="offset points", color=colour)
    if all(x.is_integer() for one in lines for x, _ in one.points):
        axes.locator_params(axis="x", integer=True)
    axes.grid(visible=True, alpha=0.3)
    axes.legend(fontsize="small")
    return png_of(axes)
