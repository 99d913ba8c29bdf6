"""The tracks that may go on, as a table: one row a track."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Bool, Float, Int

from animot.association import kalman
from animot.boxes import cxcywh_to_xyxy


@dataclass(frozen=True, kw_only=True, eq=False)
class OpenTracks:
    """Tracks that are seen, or were not long ago.

    Attributes
    ----------
    track_id : identity, at least 1.
    moments : of the motion, see `animot.association.kalman`.
    last_seen : time of the last detection, seconds.
    confirmed : seen more than once, so sure to be an object.
    confidence : of the last detection.
    embedding : mean appearance, of length 1 or 0; E = 0 where detections have none.
    layer : depth layer of the last detection.
    """

    track_id: Int[np.ndarray, " T"]
    moments: Float[np.ndarray, "T 5 4"]
    last_seen: Float[np.ndarray, " T"]
    confirmed: Bool[np.ndarray, " T"]
    confidence: Float[np.ndarray, " T"]
    embedding: Float[np.ndarray, "T E"]
    layer: Int[np.ndarray, " T"]

    def __len__(self) -> int:
        return len(self.track_id)

    @property
    def box(self) -> Float[np.ndarray, "T 4"]:
        """Xyxy in pixels, as estimated for the time of the moments."""
        return cxcywh_to_xyxy(self.moments[:, kalman.VALUE])

    @property
    def velocity(self) -> Float[np.ndarray, "T 2"]:
        """Velocity of the centre, pixels a second."""
        return self.moments[:, kalman.VELOCITY, :2]

    def moved(self, moments: Float[np.ndarray, "T 5 4"]) -> "OpenTracks":
        """The same tracks with other motion."""
        return OpenTracks(
            track_id=self.track_id,
            moments=moments,
            last_seen=self.last_seen,
            confirmed=self.confirmed,
            confidence=self.confidence,
            embedding=self.embedding,
            layer=self.layer,
        )

    def where(self, kept: Bool[np.ndarray, " T"]) -> "OpenTracks":
        """Some of the tracks."""
        (rows,) = kept.nonzero()
        return OpenTracks(**{name: getattr(self, name).take(rows, axis=0) for name in COLUMNS})


def no_tracks(embedding_size: int) -> OpenTracks:
    """Give an empty table."""
    return OpenTracks(
        track_id=np.zeros(0, dtype=np.int64),
        moments=np.zeros((0, 5, 4)),
        last_seen=np.zeros(0),
        confirmed=np.zeros(0, dtype=bool),
        confidence=np.zeros(0),
        embedding=np.zeros((0, embedding_size)),
        layer=np.zeros(0, dtype=np.int64),
    )


def join(tables: Sequence[OpenTracks]) -> OpenTracks:
    """All tracks of some tables."""
    return OpenTracks(
        **{name: np.concatenate([getattr(table, name) for table in tables]) for name in COLUMNS}
    )


COLUMNS = [column.name for column in fields(OpenTracks)]
