"""Where trackers look and what they erase, turn by turn (Fig. 8 of He et al., 2019)."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Float, UInt8

from animot.report.panel import Picture, beside, caption, under, with_margin


@dataclass(frozen=True, kw_only=True, eq=False)
class Look:
    """One tracker's turn.

    Attributes
    ----------
    tracker : which one, from 0.
    confidence : after its turn.
    memory : how much each cell, as the tracker finds it, differs from one that shows nothing.
    attention : to each cell; sums to 1.
    change : how much the tracker changes each cell by erasing and writing.
    """

    tracker: int
    confidence: float
    memory: Float[np.ndarray, "M N"]
    attention: Float[np.ndarray, "M N"]
    change: Float[np.ndarray, "M N"]


def draw_looks(frames: UInt8[np.ndarray, "N H W 3"], looks: Sequence[Sequence[Look]]) -> Picture:
    """A row for each frame: the frame, then for each tracker, in the order of turns, three maps.

    Memory and change each have one scale for a frame, so that what a tracker erased or marked is
    seen in the next one's memory; each attention is as bright as it can be.
    """
    rows = [_row(frame, turns) for frame, turns in zip(frames, looks, strict=True)]
    width = max(row.shape[1] for row in rows)
    padded = [
        np.pad(r, ((0, 0), (0, width - r.shape[1]), (0, 0)), constant_values=255) for r in rows
    ]
    return with_margin(under(padded))


def _row(frame: UInt8[np.ndarray, "H W 3"], turns: Sequence[Look]) -> Picture:
    size = frame.shape[:2]
    brightest = max(float(look.memory.max()) for look in turns)
    changed = max(float(look.change.max()) for look in turns)
    parts = [under([caption("input", size[1]), frame])]
    for turn, look in enumerate(turns, 1):
        maps = {
            f"{turn}. memory": _grey(look.memory, brightest, size),
            "attention": _coloured(look.attention, size),
            "change": _grey(look.change, changed, size),
        }
        shown = beside([under([caption(name, size[1]), m]) for name, m in maps.items()])
        title = f"tracker {look.tracker + 1}, confidence {look.confidence:.2f}"
        parts.append(under([shown, caption(title, shown.shape[1])]))
    parts[0] = under([parts[0], caption("", size[1])])
    return beside(parts, gap=12)


def _grey(cells: Float[np.ndarray, "M N"], largest: float, size: tuple[int, int]) -> Picture:
    return np.repeat(_bytes(cells, largest, size)[..., None], 3, axis=2)


def _coloured(cells: Float[np.ndarray, "M N"], size: tuple[int, int]) -> Picture:
    pixels = _bytes(cells, float(cells.max()), size)
    return cv2.cvtColor(cv2.applyColorMap(pixels, cv2.COLORMAP_VIRIDIS), cv2.COLOR_BGR2RGB)


def _bytes(
    cells: Float[np.ndarray, "M N"], largest: float, size: tuple[int, int]
) -> UInt8[np.ndarray, "H W"]:
    """Cells as squares of a picture of size (height, width); the largest value is white."""
    scaled = np.rint(255 * cells / max(largest, 1e-12)).clip(0, 255).astype(np.uint8)
    return cv2.resize(scaled, (size[1], size[0]), interpolation=cv2.INTER_NEAREST)
