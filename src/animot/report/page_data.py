"""What the page's program needs to draw boxes: columns of numbers, packed."""

from base64 import b64encode
from collections.abc import Iterable
from typing import Any

import numpy as np
from jaxtyping import Float, Int, UInt8

from animot.report.overlay import colour_of
from animot.report.recording import Recording
from animot.report.track_rows import TrackRows

PIXEL_PARTS = 4
"""Coordinates are kept to a quarter of a pixel, in 16 bits: from -8192 to 8191."""


def page_data(recording: Recording, rows: Iterable[TrackRows]) -> dict[str, Any]:
    """The recording for the page's program, ready for JSON.

    Columns are little-endian numbers in base64. `start` tells the first box of each frame, and
    one more; `track` is the position of a box's track in `tracks`.
    """
    tracks = recording.tracks
    rows = list(rows)
    ids = np.array([track.track_id for track in rows], dtype=np.int64)
    by_id = np.argsort(ids)
    place = by_id[np.searchsorted(ids[by_id], tracks.track_id)]
    frames = np.arange(tracks.num_frames + 1)
    height, width = recording.size
    return {
        "width": width,
        "height": height,
        "firstFrame": recording.first_frame,
        "firstSecond": recording.first_second,
        "tracks": [
            {"id": track.track_id, "colour": hex_colour(track.track_id), "first": track.first}
            for track in rows
        ],
        "milliseconds": _packed(np.rint(1000 * recording.seconds), "<u4"),
        "start": _packed(np.searchsorted(tracks.frame, frames), "<u4"),
        "track": _packed(place, "<u4"),
        "box": _packed(_quarter_pixels(tracks.box), "<i2"),
        "confidence": _packed(_percent(tracks.confidence), "u1"),
        "pixelParts": PIXEL_PARTS,
    }


def hex_colour(track_id: int) -> str:
    """Colour of an identity, as in the annotated video, for CSS."""
    return "#{:02x}{:02x}{:02x}".format(*colour_of(track_id))


def _quarter_pixels(box: Float[np.ndarray, "N 4"]) -> Int[np.ndarray, "N 4"]:
    limits = np.iinfo(np.int16)
    return np.rint(np.clip(box * PIXEL_PARTS, limits.min, limits.max)).astype(np.int16)


def _percent(confidence: Float[np.ndarray, " N"]) -> UInt8[np.ndarray, " N"]:
    return np.rint(100 * np.clip(confidence, 0, 1)).astype(np.uint8)


def _packed(column: np.ndarray, dtype: str) -> str:
    return b64encode(column.astype(dtype).tobytes()).decode()
