"""Training curves (Figs. 5 and 9 of He et al., 2019). They need matplotlib, an extra."""

import io
from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from animot.errors import InputError

# The palette of Okabe and Ito, which colour-blind people can tell apart.
COLOURS = ("#000000", "#0072B2", "#009E73", "#D55E00", "#CC79A7", "#E69F00", "#56B4E9")
INCHES = (7.0, 4.5)
PIXELS_PER_INCH = 150


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
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InputError(
            "the curves need matplotlib, which is not installed; "
            "pip install 'animot[figures]', and run the same command again"
        ) from error
    figure = Figure(figsize=INCHES, dpi=PIXELS_PER_INCH, layout="constrained")
    axes = figure.add_subplot(title=title, xlabel=across, ylabel=up, yscale="log")
    for number, (name, group) in enumerate(curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        for again, points in enumerate(group):
            label = name if again == 0 else None
            axes.plot(points[:, 0], points[:, 1], color=colour, label=label, marker=".", lw=1)
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend()
    content = io.BytesIO()
    figure.savefig(content, format="png")
    return content.getvalue()
