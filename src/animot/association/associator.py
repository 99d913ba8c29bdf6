"""From the detections of a frame to its tracks: a state goes in and comes out."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int

from animot.association import kalman
from animot.association.cascade import cascade
from animot.association.config import AssociationConfig
from animot.association.cost import unit
from animot.association.open_tracks import OpenTracks, join, no_tracks
from animot.association.overlaps import Overlaps, overlaps
from animot.association.sightings import Sightings, sightings
from animot.association.stages import UNMATCHED, match
from animot.boxes import cxcywh_to_xyxy
from animot.detections import FrameDetections
from animot.errors import InputError
from animot.tracks import FrameTracks

DEFAULT = AssociationConfig()
# More than this part of a detection's box; 0.3 to 0.5 made no difference.
COVERED = 0.4
NONE = np.array([UNMATCHED])


@dataclass(frozen=True, kw_only=True, eq=False)
class AssociationState:
    """What association carries from frame to frame.

    Attributes
    ----------
    tracks : seen in the last frame or lost, confirmed or not.
    time : of the last frame, seconds; None before the first.
    last_id : the largest identity given so far.
    """

    tracks: OpenTracks
    time: float | None
    last_id: int


class Associator:
    """Gives identities to detections, frame by frame.

    Tracks are matched as `animot.association.cascade` says. A detection that no track wants
    begins one. The track is confirmed, and reported, once it is seen again in the next frame; those
    of the first frame at once. A track that is not seen is forgotten: at once if it is not
    confirmed, else after a while.

    Parameters
    ----------
    config : thresholds and times.
    embedding_size : E, length of the detections' embeddings; 0: they have none.
    layers : whether detections have depth layers, which tracks then have, too.
    """

    def __init__(
        self,
        config: AssociationConfig = DEFAULT,
        *,
        embedding_size: int = 0,
        layers: bool = False,
    ) -> None:
        self.config = config
        self.embedding_size = embedding_size
        self.layers = layers

    def start(self) -> AssociationState:
        """State before the first frame."""
        return AssociationState(tracks=no_tracks(self.embedding_size), time=None, last_id=0)

    def step(
        self, state: AssociationState, detections: FrameDetections, time: float
    ) -> tuple[AssociationState, FrameTracks]:
        """State after a frame, and the confirmed tracks in it.

        Parameters
        ----------
        state : after the frame before.
        detections : of this frame, in any order.
        time : of this frame, seconds; not before the time of `state`.

        Raises
        ------
        InputError : where time runs backwards, or embeddings are of another length.
        """
        seen = sightings(detections, self.embedding_size)
        tracks = self._predict(state, time)
        seen_before = tracks.last_seen == state.time
        overlap = overlaps(tracks.box, seen.xyxy)
        stages = cascade(tracks, seen_before, seen, overlap.iou, self.config)
        detection_of = match(stages, len(tracks), len(seen))
        born = self._beginnings(seen, overlap, detection_of[detection_of != UNMATCHED])
        after = self._go_on(tracks, detection_of, seen, self._clear(overlap), time)
        if len(born):
            after = join([after, self._begin(seen.rows(born), state, time)])
        after_state = AssociationState(tracks=after, time=time, last_id=state.last_id + len(born))
        going_on = (detection_of != UNMATCHED) | tracks.confirmed
        sighting_of = np.concatenate([detection_of[going_on], born])
        row_of = np.concatenate([seen.row, NONE])[sighting_of]
        return after_state, self._report(after, row_of, time)

    def _predict(self, state: AssociationState, time: float) -> OpenTracks:
        """Tracks that may be found at this time, with the motion they are expected to have."""
        seconds = 0.0 if state.time is None else time - state.time
        if not seconds >= 0:
            raise InputError(f"time goes from {state.time} to {time} s; give the frames in order")
        tracks = state.tracks
        forgotten = time - tracks.last_seen > self.config.lost_seconds
        if forgotten.any():
            tracks = tracks.where(~forgotten)
        return tracks.moved(kalman.predict(tracks.moments, seconds, self.config.noise))

    def _go_on(
        self,
        tracks: OpenTracks,
        detection_of: Int[np.ndarray, " T"],
        seen: Sightings,
        clear: Bool[np.ndarray, " N"],
        time: float,
    ) -> OpenTracks:
        """Tracks that were seen again, as they are by now, and those that still may be."""
        found = detection_of != UNMATCHED
        going_on = found | tracks.confirmed
        after = tracks.where(going_on)  # copies, to be written to
        (rows,) = found[going_on].nonzero()
        sightings = detection_of[found]
        after.moments[rows] = kalman.update(
            after.moments.take(rows, axis=0),
            seen.cxcywh.take(sightings, axis=0),
            clear.take(sightings),
            self.config.noise,
        )
        after.last_seen[rows] = time
        after.confirmed[rows] = True
        after.confidence[rows] = seen.confidence[sightings]
        after.layer[rows] = seen.layer[sightings]
        if self.embedding_size:
            kept = self.config.embedding_kept
            new = (1 - kept) * seen.embedding[sightings]
            after.embedding[rows] = unit(kept * after.embedding[rows] + new)
        return after

    def _clear(self, overlap: Overlaps) -> Bool[np.ndarray, " N"]:
        """Sightings from which a velocity may be learned."""
        if self.config.clear_part is None:
            return np.ones(len(overlap.covered), dtype=bool)
        clear: np.ndarray = overlap.covered.max(axis=1, initial=0.0) <= self.config.clear_part
        return clear

    def _beginnings(
        self, seen: Sightings, overlap: Overlaps, matched: Int[np.ndarray, " M"]
    ) -> Int[np.ndarray, " B"]:
        """Sightings that no track wanted and that are sure enough to begin one."""
        begins: np.ndarray = seen.confidence >= self.config.birth_confidence
        begins[matched] = False
        surer = self.config.covered_birth_confidence
        if surer is not None:
            covered = overlap.covered[:, matched].max(axis=1, initial=0.0) > COVERED
            begins &= (seen.confidence >= surer) | ~covered
        return begins.nonzero()[0]

    def _begin(self, seen: Sightings, state: AssociationState, time: float) -> OpenTracks:
        return OpenTracks(
            track_id=state.last_id + 1 + np.arange(len(seen)),
            moments=kalman.start(seen.cxcywh, self.config.noise),
            last_seen=np.full(len(seen), time),
            confirmed=np.full(len(seen), state.time is None),
            confidence=seen.confidence,
            embedding=seen.embedding,
            layer=seen.layer,
        )

    def _report(
        self, tracks: OpenTracks, detection: Int[np.ndarray, " T"], time: float
    ) -> FrameTracks:
        recent = time - tracks.last_seen <= self.config.coast_seconds
        (rows,) = (tracks.confirmed & recent).nonzero()
        return FrameTracks(
            track_id=tracks.track_id[rows],
            box=cxcywh_to_xyxy(tracks.moments[rows, kalman.VALUE]),
            confidence=tracks.confidence[rows],
            layer=tracks.layer[rows] if self.layers else None,
            detection=detection[rows],
        )
