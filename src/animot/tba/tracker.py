"""A learned model as a `Tracker`: frames in, boxes with identities out."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor

from animot.association.associator import AssociationState, Associator
from animot.association.config import AssociationConfig
from animot.detections import FrameDetections
from animot.tba.backdrop import Backdrop, covered_pixels
from animot.tba.extent import Extent, stands_free, visible_part
from animot.tba.looks import Looks, colours_of
from animot.tba.model import TBA
from animot.tba.motion import has_left
from animot.tba.one_stream import OneStream
from animot.tba.one_stream.geometry import Geometry, corners
from animot.tba.perspective import Perspective
from animot.tba.pixels import to_tensor, to_working_size
from animot.tba.rat_state import RATState
from animot.tba.seen_extent import to_seen_extent
from animot.tba.seen_mask import seen_masks
from animot.tba.turns import Turns
from animot.tracker import Frame
from animot.tracks import FrameTracks
from animot.video.background.exposure import match_exposure
from animot.video.background.running_median import MedianPicture
from animot.video.foreground import differing


@dataclass(frozen=True, kw_only=True, eq=False)
class TBAState:
    """What a tracker carries from frame to frame.

    Attributes
    ----------
    trackers : states of the tracker array, batch of 1.
    track_id : identity of what each tracker holds or waits for, 0 where there is nothing.
    last_id : the largest identity given so far.
    extent : which part of its patch each object fills.
    backdrop : what the next frame is seen against.
    perspective : sizes of objects so far, with the configuration's `perspective`.
    looks : of objects so far, with the configuration's `association`; else nothing is seen.
    association : identities by motion and looks, with the configuration's `association`; else None.
    covered : pixels that say nothing of the background: trackers hold something or wait for it
        there, or they are ignored. Without `living_background` nobody asks.
    """

    trackers: RATState
    track_id: Int[np.ndarray, " I"]
    last_id: int
    extent: Extent
    perspective: Perspective
    looks: Looks
    association: AssociationState | None
    backdrop: Backdrop
    covered: Bool[np.ndarray, "H W"]


@dataclass(frozen=True, kw_only=True, eq=False)
class SmallFrame:
    """A frame as a model works with it; its time in seconds, its size in pixels as it was."""

    image: UInt8[np.ndarray, "h w D"]
    time: float
    width: int
    height: int


class TBATracker:
    """Tracks with a learned model, one frame at a time.

    Parameters
    ----------
    model : learned.
    background : of the camera, in the model's working size, 0..255; with `living_background` what
        tracking begins with.
    ignore : pixels, in working size, that are shown to the model as background.
    masks : whether objects are given with the pixels in which they are seen, in working size.
    """

    def __init__(
        self,
        model: TBA,
        background: UInt8[np.ndarray, "H W D"],
        ignore: Bool[np.ndarray, "H W"] | None = None,
        *,
        masks: bool = False,
    ) -> None:
        self.masks = masks
        self.model = model.for_tracking()
        self.backdrop = Backdrop(median=MedianPicture(picture=background))
        self.ignore = np.zeros(background.shape[:2], dtype=bool) if ignore is None else ignore
        self.device = next(model.parameters()).device
        self.geometry = Geometry(model.config)
        association = model.config.association
        looks = len(self._no_looks().total)
        self.associator = (
            None
            if association is None
            else Associator(association, embedding_size=looks, layers=True)
        )
        # A processor takes longer to begin the many small operations of a turn than to do them.
        on_cpu = self.device.type == "cpu"
        self.take_turns = (OneStream(self.model.rat) if on_cpu else self.model).take_turns

    def start(self) -> TBAState:
        """No tracker holds anything."""
        I = self.model.config.num_trackers
        return TBAState(
            trackers=self.model.start(1),
            track_id=np.zeros(I, dtype=np.int64),
            last_id=0,
            extent=Extent.start(I),
            perspective=Perspective.start(),
            looks=self._no_looks(),
            association=None if self.associator is None else self.associator.start(),
            backdrop=self.backdrop,
            covered=self.ignore,
        )

    def step(self, state: TBAState, frame: Frame) -> tuple[TBAState, FrameTracks]:
        """State after the frame, and the objects seen in it."""
        return self.step_prepared(state, self.prepare(frame))

    def prepare(self, frame: Frame) -> SmallFrame:
        """The frame in working size.

        Features need no state either, but begin too many operators: two threads that wait for the
        interpreter at each of them are slower than one.
        """
        config = self.model.config
        image = to_working_size(frame.image, config.frame_size, config.frame_channels)
        height, width = frame.image.shape[:2]
        return SmallFrame(image=image, time=frame.time, width=width, height=height)

    @torch.inference_mode()
    def step_prepared(self, state: TBAState, frame: SmallFrame) -> tuple[TBAState, FrameTracks]:
        """Objects are the trackers with a confidence above 0.5.

        One unbroken run above 0.5 of one tracker is one identity. With `persistence`, frames in
        which a tracker waits do not break it, and what others hide is reported where it should be.
        With `association`, all these are detections, to which motion gives identities.
        """
        config = self.model.config
        image = self._seen(frame.image, state)
        memory, saliency = self.model.see(
            to_tensor(image[None], self.device), state.backdrop.tensor.to(self.device)
        )
        trackers, turns = self.take_turns(memory, saliency, state.trackers)
        confidence = _array(turns.confidence).astype(np.float64)
        on = confidence >= 0.5 if config.report_at_half else confidence > 0.5
        pose, shown, kept = _array(turns.pose), on, on
        patches = self.geometry.boxes(pose)
        boxes = patches.copy()
        if config.persistence is not None:
            motion = trackers.motion
            waiting = _array(motion.patience) > 0
            left = has_left(motion, config.persistence)[0].cpu().numpy()
            kept = on | (waiting & ~left)
            hidden = kept & (_array(motion.hidden) > 0)
            shown = on | hidden
            boxes[hidden] = corners(_array(motion.centre)[hidden], _array(motion.size)[hidden])
        track_id, last_id = _identities(state, on, kept)
        backdrop, covered = state.backdrop, state.covered
        if config.living_background:
            expected = corners(_array(trackers.motion.centre), _array(trackers.motion.size))
            held = np.where(on[:, None], boxes, expected)[kept]
            covered = covered_pixels(held, config) | self.ignore
            backdrop = backdrop.follow(image, frame.time, covered)
        extent = state.extent
        if config.box_edge is not None:
            extent = self._see_extent(state, turns, boxes, on, kept, config.box_edge)
            boxes = extent.of(boxes)
        if config.seen_extent and on.any():
            boxes[on] = to_seen_extent(boxes[on], differing(image, state.backdrop.picture))
        mask = None
        if self.masks:
            mask = self._masks(image, state, turns, patches, on)[shown]
        perspective = state.perspective
        if config.perspective:
            perspective = perspective.see(boxes[on])
            boxes = perspective.fit(boxes)
        objects = FrameTracks(
            track_id=track_id[shown],
            box=boxes[shown] * np.array([frame.width, frame.height] * 2),
            confidence=confidence[shown],
            layer=self.model.rat.output.likeliest_layer(turns.hidden[0]).cpu().numpy()[shown],
            mask=mask,
        )
        looks, association = state.looks, state.association
        if self.associator is not None and association is not None:
            looks, differences = looks.see(colours_of(image, boxes[shown]))
            seen = _detections(objects, differences, self.associator.config)
            association, objects = self.associator.step(association, seen, frame.time)
            if mask is not None:
                objects = replace(objects, mask=_rows_of(mask, objects.detection))
        state = TBAState(
            trackers=trackers,
            track_id=track_id,
            last_id=last_id,
            extent=extent,
            perspective=perspective,
            looks=looks,
            association=association,
            backdrop=backdrop,
            covered=covered,
        )
        return state, objects

    def _no_looks(self) -> Looks:
        return Looks.start(self.model.config.frame_channels)

    def _seen(
        self, image: UInt8[np.ndarray, "H W D"], state: TBAState
    ) -> UInt8[np.ndarray, "H W D"]:
        """The frame in the light of the background, which is shown where it is ignored."""
        background = state.backdrop.picture
        if self.model.config.living_background:
            image = match_exposure(image, background, state.covered)
        if self.ignore.any():
            image = image.copy()
            image[self.ignore] = background[self.ignore]
        return image

    def _masks(
        self,
        image: UInt8[np.ndarray, "H W D"],
        state: TBAState,
        turns: Turns,
        patches: Float[np.ndarray, "I 4"],
        on: Bool[np.ndarray, " I"],
    ) -> Bool[np.ndarray, "I H W"]:
        """Where what each tracker holds is seen; trackers that are off see nothing."""
        rows = on.nonzero()[0]
        mask, _ = self._drawn(turns, rows)
        masks = np.zeros((len(on), *image.shape[:2]), dtype=bool)
        there = differing(image, state.backdrop.picture)
        masks[rows] = seen_masks(mask[:, 0], patches[rows], there)
        return masks

    def _drawn(
        self, turns: Turns, rows: Int[np.ndarray, " N"]
    ) -> tuple[Float[np.ndarray, "N 1 U V"], Float[np.ndarray, "N D U V"]]:
        """Mask and appearance that some trackers draw."""
        hidden = turns.hidden[0, torch.from_numpy(rows).to(self.device)]
        _, mask, appearance = self.model.rat.output.look(hidden, None)
        return mask.cpu().numpy(), appearance.cpu().numpy()

    def _see_extent(
        self,
        state: TBAState,
        turns: Turns,
        boxes: Float[np.ndarray, "I 4"],
        on: Bool[np.ndarray, " I"],
        kept: Bool[np.ndarray, " I"],
        edge: float,
    ) -> Extent:
        """Which part of its patch each object fills, after this frame."""
        rows = on.nonzero()[0]
        part = visible_part(boxes[rows], *self._drawn(turns, rows), state.backdrop.behind, edge)
        free = stands_free(boxes, kept)
        return state.extent.see(rows, part, new=state.track_id == 0, free=free)


def _identities(
    state: TBAState, on: Bool[np.ndarray, " I"], kept: Bool[np.ndarray, " I"]
) -> tuple[Int[np.ndarray, " I"], int]:
    new = on & (state.track_id == 0)
    track_id = np.where(kept, state.track_id, 0)
    track_id[new] = state.last_id + 1 + np.arange(new.sum())
    return track_id, state.last_id + int(new.sum())


def _detections(
    objects: FrameTracks, looks: Float[np.ndarray, "N E"], config: AssociationConfig
) -> FrameDetections:
    """The objects without identities; what is hidden is sure enough to go on, not to begin."""
    return FrameDetections(
        box=objects.box,
        confidence=np.maximum(objects.confidence, config.low_confidence),
        embedding=looks,
        layer=objects.layer,
    )


def _rows_of(
    mask: Bool[np.ndarray, "N h w"], detection: Int[np.ndarray, " M"] | None
) -> Bool[np.ndarray, "M h w"]:
    """Masks of the detections that tracks are; of a track that is not seen, nothing."""
    nothing = np.zeros_like(mask, shape=(1, *mask.shape[1:]))
    return np.concatenate([mask, nothing])[detection]


def _array(values: Float[Tensor, "1 *shape"]) -> Float[np.ndarray, "*shape"]:
    return values[0].cpu().numpy()
