"""Which tracks are matched with which detections, and by what, stage after stage."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float

from animot.association import kalman
from animot.association.config import AssociationConfig
from animot.association.cost import appearance_gain, wide_iou
from animot.association.open_tracks import OpenTracks
from animot.association.sightings import Sightings
from animot.association.stages import Gain, Stage


def cascade(
    tracks: OpenTracks,
    seen_before: Bool[np.ndarray, " T"],
    sightings: Sightings,
    overlap: Float[np.ndarray, "T N"],
    config: AssociationConfig,
) -> Iterator[Stage]:
    """Stages of a frame.

    By appearance and motion, where there are embeddings (Zhang et al., 2021, FairMOT); by overlap,
    or, with `looks_weight`, by overlap and appearance at once in place of both; with detections of
    low confidence (Zhang et al., 2022, ByteTrack); by overlap of grown boxes (Yang et al., 2023,
    C-BIoU); and last the tracks that are not confirmed yet.

    Parameters
    ----------
    tracks : with boxes predicted for this frame.
    seen_before : tracks that were seen in the frame before.
    sightings : of this frame.
    overlap : of their boxes, intersection over union.
    config : thresholds.
    """
    high = sightings.confidence >= config.high_confidence
    low = ~high & (sightings.confidence >= config.low_confidence)
    by_overlap = _above(overlap, config.min_iou)
    has_looks = tracks.embedding.shape[1] > 0
    if has_looks and config.looks_weight is not None:
        cosine = tracks.embedding @ sightings.embedding.T
        by_overlap = _with_looks(overlap, cosine, config.min_iou, config.looks_weight)
    elif has_looks:
        yield Stage(
            tracks=tracks.confirmed,
            detections=high,
            gain=_by_appearance(tracks, sightings, config),
        )
    yield Stage(tracks=tracks.confirmed, detections=high, gain=by_overlap)
    yield Stage(
        tracks=tracks.confirmed & seen_before,
        detections=low,
        gain=_above(overlap, config.min_low_iou),
    )
    yield Stage(
        tracks=tracks.confirmed,
        detections=high,
        gain=_by_wide_overlap(tracks, sightings, config),
    )
    yield Stage(tracks=~tracks.confirmed, detections=high, gain=by_overlap)


def _above(overlap: Float[np.ndarray, "T N"], least: float) -> Gain:
    return lambda rows, columns: overlap[rows[:, None], columns] - least


def _with_looks(
    overlap: Float[np.ndarray, "T N"], cosine: Float[np.ndarray, "T N"], least: float, weight: float
) -> Gain:
    """Pairs that overlap enough, and the better the more they look alike."""
    gain = np.where(overlap > least, overlap - least + weight * (cosine + 1), 0.0)
    return lambda rows, columns: gain[rows[:, None], columns]


def _by_wide_overlap(tracks: OpenTracks, sightings: Sightings, config: AssociationConfig) -> Gain:
    return lambda rows, columns: (
        wide_iou(tracks.box[rows], sightings.xyxy[columns], config.wide_buffer) - config.min_iou
    )


def _by_appearance(tracks: OpenTracks, sightings: Sightings, config: AssociationConfig) -> Gain:
    return lambda rows, columns: appearance_gain(
        tracks.embedding[rows] @ sightings.embedding[columns].T,
        kalman.squared_distance(tracks.moments[rows], sightings.cxcywh[columns], config.noise),
        config.motion_weight,
        config.max_appearance_cost,
    )
