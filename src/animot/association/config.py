"""What association can be told; the defaults are one set for all sequences."""

from dataclasses import dataclass, field

from animot.errors import InputError


@dataclass(frozen=True, kw_only=True)
class MotionNoise:
    """How much boxes move and how well they are seen, in heights of the box, so without pixels.

    Attributes
    ----------
    box : standard deviation of a detected centre, width or height.
    position : by how much these wander by themselves, in one second.
    velocity : by how much their velocities (heights per second) change, in one second.
    start_velocity : standard deviation of the velocities of a new track, heights per second.
    """

    box: float = 0.08
    position: float = 0.27
    velocity: float = 0.6
    start_velocity: float = 1.0

    def __post_init__(self) -> None:
        """Refuse noise that is none."""
        if not min(self.box, self.position, self.velocity, self.start_velocity) > 0:
            raise InputError("noise of motion is a standard deviation; give numbers above 0")


@dataclass(frozen=True, kw_only=True)
class AssociationConfig:
    """How detections become tracks.

    Attributes
    ----------
    high_confidence : detections from here on are matched with all tracks.
    low_confidence : detections from here to `high_confidence` only continue tracks that were seen
        one frame before.
    birth_confidence : detections from here on, at least `high_confidence`, may begin a track.
    covered_birth_confidence : the same, at least `birth_confidence`, for detections of which much
        lies in the box of one that belongs to a track: often the same object once more. None: as
        for all.
    lost_seconds : how long a confirmed track that is not seen may be found again.
    coast_seconds : how long it is still reported, at its predicted place.
    min_iou : overlap that a match of high confidence needs, in (0, 1).
    min_low_iou : the same for one of low confidence.
    wide_buffer : by how much of their size boxes grow on each side for the tracks and detections
        that are left (Yang et al., 2023); they too need `min_iou`.
    max_appearance_cost : largest cost of a match by embedding, see `animot.association.cost`.
    looks_weight : weight of the cosine of embeddings beside the overlap of boxes; None: embeddings
        have a stage of their own, before overlap is asked for.
    motion_weight : share of the distance from the predicted place in that cost, in [0, 1].
    embedding_kept : share of the old embedding when a track is seen again, in [0, 1).
    clear_part : a track learns its velocity from boxes of which no other covers more than this
        part: where objects cross, boxes are drawn towards each other. None: from all boxes.
    noise : of boxes and motion.
    """

    high_confidence: float = 0.5
    low_confidence: float = 0.1
    birth_confidence: float = 0.8
    covered_birth_confidence: float | None = None
    lost_seconds: float = 3.0
    coast_seconds: float = 0.15
    min_iou: float = 0.2
    min_low_iou: float = 0.5
    wide_buffer: float = 0.3
    max_appearance_cost: float = 0.4
    looks_weight: float | None = None
    motion_weight: float = 0.02
    embedding_kept: float = 0.9
    clear_part: float | None = 0.4
    noise: MotionNoise = field(default_factory=MotionNoise)

    def __post_init__(self) -> None:
        """Refuse what cannot work, and say what to write instead."""
        if not 0 <= self.low_confidence <= self.high_confidence <= self.birth_confidence <= 1:
            raise InputError(
                "confidences are out of order; give 0 <= low_confidence <= high_confidence <= "
                "birth_confidence <= 1"
            )
        covered = self.covered_birth_confidence
        if covered is not None and not self.birth_confidence <= covered <= 1:
            raise InputError(
                "covered_birth_confidence is out of order; give birth_confidence to 1, or None"
            )
        if not 0 <= self.coast_seconds <= self.lost_seconds:
            raise InputError("times are out of order; give 0 <= coast_seconds <= lost_seconds")
        if not (0 < self.min_iou < 1 and 0 < self.min_low_iou < 1):
            raise InputError("an overlap that a match needs lies between 0 and 1; give 0.2")
        if not (self.wide_buffer >= 0 and self.max_appearance_cost > 0):
            raise InputError(
                "a limit is out of range; give wide_buffer >= 0 and max_appearance_cost > 0"
            )
        if self.looks_weight is not None and not self.looks_weight >= 0:
            raise InputError("looks_weight is below 0; give 0 or more, or None")
        if self.clear_part is not None and not 0 <= self.clear_part <= 1:
            raise InputError("clear_part is a share; give 0 to 1, or None")
        if not (0 <= self.motion_weight <= 1 and 0 <= self.embedding_kept < 1):
            raise InputError("motion_weight and embedding_kept are shares; give 0 to 1")
