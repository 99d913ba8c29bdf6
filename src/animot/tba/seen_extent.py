"""Where what is tracked begins and ends, as seen: where the foreground does, above and below.

A patch is a little larger or lower than what it shows, most of all where something hides a part
of it: of a person behind a sign a tracker holds the legs. With `seen_extent` a box has its foot
where the foreground has it; its height is then told by those of others (`perspective`). Sides are
left alone: neighbours touch there. A departure, for real video.
"""

import numpy as np
from jaxtyping import Bool, Float

from animot.tba.perspective import BORDER

# Looked at beyond the box, above and below, in heights of it.
BEYOND = 0.15
# A row belongs to the thing if so much of the box's width is foreground.
LEAST_OF_ROW = 0.2
# With less left of the height than this, the foreground shows another thing, or a part: a dark coat
# over trousers as grey as the road.
LEAST_LEFT = 0.65


def to_seen_extent(
    boxes: Float[np.ndarray, "N 4"], foreground: Bool[np.ndarray, "H W"]
) -> Float[np.ndarray, "N 4"]:
    """Boxes from the first to the last row of foreground in or near them.

    Parameters
    ----------
    boxes : xyxy in whole frames (0 to 1 is inside).
    foreground : pixels that show what moves.
    """
    fitted = boxes.copy()
    for box in fitted:
        box[1], box[3] = _rows(box, foreground)
    return fitted


def _rows(box: Float[np.ndarray, "4"], foreground: Bool[np.ndarray, "H W"]) -> tuple[float, float]:
    """Top and bottom of one box."""
    H, W = foreground.shape
    x0, y0, x1, y1 = box.tolist()
    beyond = BEYOND * (y1 - y0)
    left, right = (min(max(round(x * W), 0), W) for x in (x0, x1))
    top, bottom = (min(max(round(y * H), 0), H) for y in (y0 - beyond, y1 + beyond))
    if left >= right or top >= bottom:
        return y0, y1
    (rows,) = (foreground[top:bottom, left:right].mean(axis=1) > LEAST_OF_ROW).nonzero()
    if not len(rows):
        return y0, y1
    first, last = (top + rows[0]) / H, (top + rows[-1] + 1) / H
    if last - first < LEAST_LEFT * (y1 - y0):
        return y0, y1
    return (first if y0 > BORDER else y0), (last if y1 < 1 - BORDER else y1)
