"""A figure with one pair of axes, drawn with matplotlib, an extra."""

import io
from typing import Any

from animot.errors import InputError

# The palette of Okabe and Ito, which colour-blind people can tell apart.
COLOURS = ("#000000", "#0072B2", "#009E73", "#D55E00", "#CC79A7", "#E69F00", "#56B4E9")
INCHES = (7.0, 4.5)
PIXELS_PER_INCH = 150


def new_axes(title: str, *, across: str, up: str, logarithmic: bool = False) -> Any:
    """Axes of a new figure, 1050 x 675 pixels.

    Parameters
    ----------
    title, across, up : what stands above the picture and at its axes.
    logarithmic : whether the upright one is.

    Raises
    ------
    InputError : where matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InputError(
            "figures need matplotlib, which is not installed; "
            "pip install 'animot[figures]', and run the same command again"
        ) from error
    figure = Figure(figsize=INCHES, dpi=PIXELS_PER_INCH, layout="constrained")
    scale = "log" if logarithmic else "linear"
    return figure.add_subplot(title=title, xlabel=across, ylabel=up, yscale=scale)


def png_of(axes: Any) -> bytes:
    """Content of a PNG file with the figure."""
    content = io.BytesIO()
    axes.figure.savefig(content, format="png")
    return content.getvalue()
