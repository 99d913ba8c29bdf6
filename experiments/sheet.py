"""A sheet of 12 frames, evenly spread over a video: the tracker's work at a glance.

python experiments/sheet.py out/annotated.mp4 runs/sheet.png
"""

import argparse
from pathlib import Path

import cv2
import numpy as np

from animot.data.sequence import open_sequence
from animot.video.pixels import resize

ROWS, COLUMNS = 4, 3
WIDTH = 640


def draw_sheet(video: Path, sheet: Path) -> None:
    """Write the sheet of a video."""
    sequence = open_sequence(video)
    count = sequence.num_frames or ROWS * COLUMNS
    chosen = set(np.linspace(0, count - 1, ROWS * COLUMNS).astype(int).tolist())
    size = (round(sequence.height * WIDTH / sequence.width), WIDTH)
    frames = [resize(f.image, size) for f in sequence.frames(wanted=lambda i: i in chosen)]
    rows = [np.concatenate(frames[r : r + COLUMNS], axis=1) for r in range(0, len(frames), COLUMNS)]
    sheet.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(sheet), cv2.cvtColor(np.concatenate(rows), cv2.COLOR_RGB2BGR))


def main() -> None:
    """Draw the sheet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("video", type=Path)
    parser.add_argument("sheet", type=Path)
    given = parser.parse_args()
    draw_sheet(given.video, given.sheet)


if __name__ == "__main__":
    main()
