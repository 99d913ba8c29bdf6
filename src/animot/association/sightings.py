"""The detections of one frame, made ready for association."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from animot.association.cost import unit
from animot.boxes import xyxy_to_cxcywh
from animot.detections import FrameDetections
from animot.errors import InputError


@dataclass(frozen=True, kw_only=True, eq=False)
class Sightings:
    """Detections in an order that does not depend on the detector's.

    Attributes
    ----------
    xyxy, cxcywh : the same boxes in two spellings, in pixels.
    confidence : in [0, 1], falling.
    embedding : of length 1, or 0 where it says nothing; E = 0 where there is none.
    layer : depth layer; 0 where the detector knows none.
    row : which of the frame's detections each is.
    """

    xyxy: Float[np.ndarray, "N 4"]
    cxcywh: Float[np.ndarray, "N 4"]
    confidence: Float[np.ndarray, " N"]
    embedding: Float[np.ndarray, "N E"]
    layer: Int[np.ndarray, " N"]
    row: Int[np.ndarray, " N"]

    def __len__(self) -> int:
        return len(self.confidence)

    def rows(self, rows: Int[np.ndarray, " R"]) -> "Sightings":
        """Some of the sightings."""
        return Sightings(
            xyxy=self.xyxy.take(rows, axis=0),
            cxcywh=self.cxcywh.take(rows, axis=0),
            confidence=self.confidence.take(rows),
            embedding=self.embedding.take(rows, axis=0),
            layer=self.layer.take(rows),
            row=self.row.take(rows),
        )


def sightings(detections: FrameDetections, embedding_size: int) -> Sightings:
    """Make detections ready; InputError where their embeddings are not of the expected size."""
    order = np.lexsort((*detections.box.T, -detections.confidence))
    box = detections.box[order].astype(np.float64, copy=False)
    layer = detections.layer
    return Sightings(
        xyxy=box,
        cxcywh=xyxy_to_cxcywh(box),
        confidence=detections.confidence[order].astype(np.float64, copy=False),
        embedding=_embedding(detections, embedding_size)[order],
        layer=np.zeros(len(box), dtype=np.int64) if layer is None else layer[order],
        row=order,
    )


def _embedding(detections: FrameDetections, size: int) -> Float[np.ndarray, "N E"]:
    given = detections.embedding
    if given is None:
        given = np.zeros((len(detections), 0))
    if given.shape[1] != size:
        raise InputError(
            f"detections have embeddings of length {given.shape[1]} where {size} is expected; "
            "use one detector for all frames"
        )
    return unit(given.astype(np.float64, copy=False))
