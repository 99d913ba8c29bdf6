"""Working size of real video: as small as what moves there allows."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from animot.data.atomic import write_text
from animot.data.from_json import from_json
from animot.training.run_folder import SIZE
from animot.video.blobs import Typical

# Pixels of a working frame: a person in a surveillance view is then some 20 pixels high.
AREA = 144 * 192
# Working sizes are a multiple of the size of a cell of the fast extractor, in pixels.
CELL = 8
FEWEST_CELLS = 4
# A tracker attends to three by three cells. Things that are longer than the first, in pixels, are
# made as long as the second, or two trackers would share them, one above the other.
LONGEST_THING, LONG_THING = 28, 20


@dataclass(frozen=True)
class _Size:
    height: int
    width: int


def read_size(folder: Path) -> tuple[int, int] | None:
    """(height, width) that was chosen for a run; None where it was not, or cannot be read."""
    try:
        size = from_json(_Size, json.loads((folder / SIZE).read_bytes()))
    except (OSError, ValueError, RecursionError):
        return None
    return size.height, size.width


def keep_size(folder: Path, size: tuple[int, int]) -> None:
    """Keep it for when the run goes on."""
    write_text(folder / SIZE, json.dumps(asdict(_Size(*size))) + "\n")


def usual_size(height: int, width: int) -> tuple[int, int]:
    """(height, width) at which a video of this size is looked at first; none is made larger."""
    return _scaled(height, width, min(1.0, (AREA / (height * width)) ** 0.5))


def size_for(thing: Typical, size: tuple[int, int]) -> tuple[int, int]:
    """(height, width) at which a thing, typical of video at `size`, is not too large."""
    longest = max(thing.height, thing.width)
    if longest <= LONGEST_THING:
        return size
    return _scaled(*size, LONG_THING / longest)


def whole_cells(height: int, width: int) -> tuple[int, int]:
    """What a user asks for, made no larger."""
    return height // CELL * CELL, width // CELL * CELL


def _scaled(height: int, width: int, scale: float) -> tuple[int, int]:
    """As many whole cells as are nearest, and not too few of them."""
    cells = (max(round(length * scale / CELL), FEWEST_CELLS) for length in (height, width))
    scaled_height, scaled_width = (CELL * count for count in cells)
    return scaled_height, scaled_width
