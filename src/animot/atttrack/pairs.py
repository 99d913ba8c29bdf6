"""Batches of pairs of frames: a key frame, and one a few frames later."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor

from animot.atttrack.augment import Augmentation, draw_augmentation
from animot.atttrack.letterbox import letterbox, move_boxes
from animot.atttrack.objects import FrameObjects, index_truths
from animot.atttrack.targets import NOBODY, Objects, Targets, make_targets
from animot.data.labelled import LabelledSequence
from animot.errors import InputError

LEAST_INSIDE = 0.25  # of a box; who is farther outside the image is not to be found


@dataclass(frozen=True, kw_only=True, eq=False)
class KeyTracks:
    """True tracks at the key frames; M or fewer in each of B.

    Attributes
    ----------
    box : xyxy in pixels of the network's input.
    velocity : (x, y) of the centre, in those pixels per frame.
    identity : its class; -1 where there is no track.
    present : whether there is such a track; where not, box and velocity are 0.
    """

    box: Float[Tensor, "B M 4"]
    velocity: Float[Tensor, "B M 2"]
    identity: Int[Tensor, "B M"]
    present: Bool[Tensor, "B M"]


@dataclass(frozen=True, kw_only=True, eq=False)
class PairBatch:
    """B pairs of frames k and k + i of one sequence, both changed by the same augmentation.

    Attributes
    ----------
    images_key : frame k; red, green, blue in 0..255.
    images : frame k + i.
    targets : of frame k + i.
    tracks : at frame k.
    gap : i, at least 1.
    """

    images_key: UInt8[Tensor, "B 3 H W"]
    images: UInt8[Tensor, "B 3 H W"]
    targets: Targets
    tracks: KeyTracks
    gap: Int[Tensor, " B"]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Pair:
    """One row of a batch, on its way."""

    image_key: UInt8[np.ndarray, "H W 3"]
    image: UInt8[np.ndarray, "H W 3"]
    objects_key: FrameObjects
    objects: FrameObjects
    gap: int


class PairSource:
    """Pairs out of labelled sequences; each row of a batch is a function of (seed, step, row).

    A frame of all sequences is drawn uniformly for the key; the gap i uniformly from 1 to
    `max_gap`, or to what the sequence has room for.

    Parameters
    ----------
    sequences : labelled; `keep_frames` makes those quick whose frames are slow to read.
    size : (width, height) of the network's input, multiples of 32 pixels.
    batch_size : pairs in a whole batch.
    max_gap : the longest gap, at least 1; one less than the period of key frames.
    seed : 0 to 2**64 - 1.
    rows : of the batch, those to make; None: all.

    Attributes
    ----------
    num_identities : over all sequences; the classes of the identity head.

    Raises
    ------
    InputError : where a sequence has a single frame, or there is nobody to be found.
    """

    def __init__(
        self,
        sequences: Sequence[LabelledSequence],
        size: tuple[int, int],
        batch_size: int,
        max_gap: int,
        seed: int,
        rows: range | None = None,
    ) -> None:
        for sequence in sequences:
            if sequence.num_frames < 2:
                raise InputError(
                    f"{sequence.name}: has {sequence.num_frames} frames, and pairs need 2; "
                    "leave it out"
                )
        if batch_size < 1 or max_gap < 1:
            raise InputError(f"batches of {batch_size} with gaps up to {max_gap}: give 1 or more")
        self.sequences = list(sequences)
        self.size = size
        self.batch_size = batch_size
        self.max_gap = max_gap
        self.seed = seed
        self.rows = range(batch_size) if rows is None else rows
        self._truths = index_truths(self.sequences)
        self.num_identities = sum(truth.num_identities for truth in self._truths)
        if self.num_identities == 0:
            raise InputError("nobody to be found in the sequences; give some with ground truth")
        self._boxed = [letterbox((one.width, one.height), size) for one in self.sequences]
        self._ends = np.cumsum([sequence.num_frames - 1 for sequence in self.sequences])

    def only(self, rows: range) -> "PairSource":
        """Just these rows, with the very pairs that they have in the whole batch."""
        return PairSource(
            self.sequences, self.size, self.batch_size, self.max_gap, self.seed, rows=rows
        )

    def batch(self, step: int) -> PairBatch:
        """The pairs of a step, counted from 0."""
        pairs = [self._pair(step, row) for row in self.rows]
        found = [Objects(box=p.objects.box, identity=p.objects.identity) for p in pairs]
        return PairBatch(
            images_key=_as_tensor([pair.image_key for pair in pairs]),
            images=_as_tensor([pair.image for pair in pairs]),
            targets=make_targets(found, self.size),
            tracks=_key_tracks([pair.objects_key for pair in pairs]),
            gap=torch.tensor([pair.gap for pair in pairs]),
        )

    def _pair(self, step: int, row: int) -> _Pair:
        # The lowest word of the counter is the generator's own.
        random = np.random.Generator(
            np.random.Philox(
                key=np.array([self.seed, 0], dtype=np.uint64),
                counter=np.array([0, step, row, 0], dtype=np.uint64),
            )
        )
        which, key, gap = self._frames(random)
        change = draw_augmentation(random, self.size)
        (image_key, objects_key), (image, objects) = (
            self._changed(which, frame, change) for frame in (key, key + gap)
        )
        return _Pair(
            image_key=image_key, image=image, objects_key=objects_key, objects=objects, gap=gap
        )

    def _frames(self, random: np.random.Generator) -> tuple[int, int, int]:
        """Number of a sequence, its key frame, and the gap."""
        frame = int(random.integers(self._ends[-1]))
        which = int(np.searchsorted(self._ends, frame, side="right"))
        last = self.sequences[which].num_frames - 1
        key = frame - (int(self._ends[which]) - last)
        return which, key, int(random.integers(1, min(self.max_gap, last - key) + 1))

    def _changed(
        self, which: int, frame: int, change: Augmentation
    ) -> tuple[UInt8[np.ndarray, "H W 3"], FrameObjects]:
        boxed, objects = self._boxed[which], self._truths[which].at(frame)
        box = move_boxes(boxed.to_network(objects.box), change.affine)
        linear = change.affine[:, :2] @ boxed.affine[:, :2]
        velocity = objects.velocity @ linear.T
        seen = _part_inside(box, self.size) >= LEAST_INSIDE
        image = change(boxed(self.sequences[which].image(frame)))
        return image, FrameObjects(
            box=box[seen], velocity=velocity[seen], identity=objects.identity[seen]
        )


def _part_inside(box: Float[np.ndarray, "N 4"], size: tuple[int, int]) -> Float[np.ndarray, " N"]:
    """Part of each box that lies in an image of (width, height)."""
    inside = np.clip(box, 0, np.array(size * 2))
    area = (box[:, 2:] - box[:, :2]).prod(axis=1)
    seen = (inside[:, 2:] - inside[:, :2]).prod(axis=1)
    return np.divide(seen, area, out=np.zeros_like(area), where=area > 0)


def _key_tracks(frames: list[FrameObjects]) -> KeyTracks:
    shape = (len(frames), max([1, *(len(objects.identity) for objects in frames)]))
    tracks = KeyTracks(
        box=torch.zeros(*shape, 4),
        velocity=torch.zeros(*shape, 2),
        identity=torch.full(shape, NOBODY),
        present=torch.zeros(shape, dtype=torch.bool),
    )
    for row, objects in enumerate(frames):
        count = len(objects.identity)
        tracks.box[row, :count] = torch.from_numpy(objects.box)
        tracks.velocity[row, :count] = torch.from_numpy(objects.velocity)
        tracks.identity[row, :count] = torch.from_numpy(objects.identity)
        tracks.present[row, :count] = True
    return tracks


def _as_tensor(images: list[UInt8[np.ndarray, "H W 3"]]) -> UInt8[Tensor, "B 3 H W"]:
    return torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).contiguous()
