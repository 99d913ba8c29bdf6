"""Training curves (Figs. 5 and 9 of He et al., 2019). They need matplotlib, an extra."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from animot.report.figure import COLOURS, new_axes, png_of


def draw_curves(
    curves: Mapping[str, Sequence[Float[np.ndarray, "n 2"]]], title: str, *, across: str, up: str
) -> bytes:
    """Content of a PNG file, 1050 x 675 pixels: all curves of a name have one colour.

    Parameters
    ----------
    curves : by name; of each, points (x, y), y above 0: its axis is logarithmic.
    title, across, up : what stands above the picture and at its axes.

    Raises
    ------
    InputError : where matplotlib is not installed.
    """
    axes = new_axes(title, across=across, up=up, logarithmic=True)
    for number, (name, group) in enumerate(curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        for again, points in enumerate(group):
            label = name if again == 0 else None
            axes.plot(points[:, 0], points[:, 1], color=colour, label=label, marker=".", lw=1)
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend()
    return png_of(axes)
