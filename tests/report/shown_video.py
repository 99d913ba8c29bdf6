"""A recording whose frames say their own number, to see which of them a browser shows."""

from pathlib import Path

import numpy as np

from animot.report.page import Told, write_page
from animot.report.recording import Recorder
from animot.tracker import Frame
from animot.tracks import FrameTracks

NUM_FRAMES = 40
BITS = 6
HEIGHT, WIDTH = 60, 96
FIRST_FRAME, FIRST_SECOND = 200, 65.0
# Uneven: some frames stay on the screen for twice or three times as long as others.
SECONDS = FIRST_SECOND + np.cumsum([0.0, *(0.04 * (1 + t % 3) for t in range(NUM_FRAMES - 1))])


def image_of(frame: int) -> np.ndarray:
    """Bars of 16 by 20 pixels at the bottom, one for each bit of the frame's number."""
    image = np.full((HEIGHT, WIDTH, 3), 90, dtype=np.uint8)
    for bit in range(BITS):
        image[40:, 16 * bit : 16 * bit + 16] = 255 * (frame >> bit & 1)
    return image


def objects_of(frame: int) -> FrameTracks:
    """Track 3 in all frames, growing; track 8 in frames 25 to 33, faint, far from the border."""
    boxes = {3: (4.0, 4.0, 20.0 + frame, 24.0)}
    if 25 <= frame <= 33:
        boxes[8] = (66.0, 20.0, 78.0, 36.0)
    return FrameTracks(
        track_id=np.array(list(boxes)),
        box=np.array(list(boxes.values())),
        confidence=np.array([0.9, 0.3])[: len(boxes)],
    )


def record(folder: Path) -> Recorder:
    """The film in the folder, and the recording."""
    with Recorder(folder, 12.5) as recorder:
        for frame in range(NUM_FRAMES):
            recorder.write(
                Frame(index=FIRST_FRAME + frame, time=float(SECONDS[frame]), image=image_of(frame)),
                objects_of(frame),
            )
    return recorder


def make_page(folder: Path, told: Told) -> list[str]:
    """report.html in the folder; gives what was said."""
    said: list[str] = []
    write_page(record(folder), told, said.append)
    return said
