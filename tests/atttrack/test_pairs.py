"""Batches of pairs of frames."""

import cv2
import numpy as np
import pytest
import torch
from numbered_frames import SIZE, STEP, numbered, without

from animot.atttrack import pairs
from animot.atttrack.augment import Augmentation, draw_augmentation
from animot.atttrack.kept_frames import keep_frames
from animot.atttrack.pairs import PairSource
from animot.data.crowd_sequence import crowd_sequences
from animot.data.mot_split import open_labelled_folder
from animot.errors import InputError

STAY = np.array([[1.0, 0, 0], [0, 1, 0]])


@pytest.fixture
def _unchanged(monkeypatch):
    still = Augmentation(saturation=1.0, brightness=1.0, affine=STAY)
    monkeypatch.setattr(pairs, "draw_augmentation", lambda *_: still)


def tensors(batch):
    parts = [vars(batch), vars(batch.targets), vars(batch.tracks)]
    return {
        name: value
        for part in parts
        for name, value in part.items()
        if isinstance(value, torch.Tensor)
    }


def same(one, other):
    one, other = tensors(one), tensors(other)
    return all(torch.equal(one[name], other[name]) for name in one)


def test_shapes_and_types():
    batch = PairSource([numbered()], SIZE, 5, 3, seed=1).batch(0)
    shapes = {name: (tuple(value.shape), value.dtype) for name, value in tensors(batch).items()}
    assert shapes == {
        "images_key": ((5, 3, 64, 96), torch.uint8),
        "images": ((5, 3, 64, 96), torch.uint8),
        "gap": ((5,), torch.int64),
        "heat_map": ((5, 1, 16, 24), torch.float32),
        "cell": ((5, 2), torch.int64),
        "ltrb": ((5, 2, 4), torch.float32),
        "offset": ((5, 2, 2), torch.float32),
        "identity": ((5, 2), torch.int64),
        "present": ((5, 2), torch.bool),
        "box": ((5, 2, 4), torch.float32),
        "velocity": ((5, 2, 2), torch.float32),
    }


@pytest.mark.usefixtures("_unchanged")
def test_images_tracks_and_targets_are_those_of_their_frames():
    source = PairSource([numbered(), numbered(7, first=100, people=(4,))], SIZE, 6, 4, seed=1)
    assert source.num_identities == 3
    seen = set()
    for step in range(30):
        batch = source.batch(step)
        for row in range(6):
            key, later = int(batch.images_key[row].max()), int(batch.images[row].max())
            assert (batch.images_key[row] == key).all()
            assert later - key == batch.gap[row]
            which, key_frame, frame = key >= 100, key % 100, later % 100
            people = 1 if which else 2
            centre = np.array([30, 40]) + np.array(STEP) * key_frame
            assert batch.tracks.present[row].sum() == people
            box = batch.tracks.box[row, 0].numpy()
            assert (box[:2] + box[2:]) / 2 == pytest.approx(centre)
            assert box[2:] - box[:2] == pytest.approx([8, 18])
            velocity = STEP if key_frame else [0, 0]
            assert batch.tracks.velocity[row, 0].numpy() == pytest.approx(velocity)
            assert batch.tracks.identity[row, 0] == (2 if which else 0)
            x, y = (np.array([30, 40]) + np.array(STEP) * frame) / 4
            assert batch.targets.cell[row, 0] == int(y) * 24 + int(min(x, 23))
            assert batch.targets.identity[row, 0] == (2 if which else 0)
            seen.add((which, key_frame, int(batch.gap[row])))
    assert {gap for _, _, gap in seen} == {1, 2, 3, 4}
    assert {key for which, key, _ in seen if which} == set(range(6))
    assert {key for which, key, _ in seen if not which} >= set(range(1, 18))


@pytest.mark.usefixtures("_unchanged")
def test_gaps_and_key_frames_are_drawn_evenly():
    source = PairSource([numbered(40), numbered(20, first=100)], SIZE, 8, 3, seed=4)
    batches = [source.batch(step) for step in range(60)]
    gaps = torch.cat([batch.gap for batch in batches])
    assert np.bincount(gaps)[1:] / 480 == pytest.approx(1 / 3, abs=0.08)
    keys = torch.cat([batch.images_key[:, 0, 0, 0] for batch in batches]).numpy()
    assert (keys >= 100).mean() == pytest.approx(19 / 58, abs=0.08)
    counts = np.bincount(keys)
    assert counts[:39].min() >= 1
    assert counts[:39].max() <= 22


def test_a_batch_is_a_function_of_seed_and_step_alone():
    def make(seed=1, batch_size=4):
        return PairSource([numbered()], SIZE, batch_size, 3, seed=seed)

    source = make()
    third = source.batch(3)
    source.batch(9)
    assert same(source.batch(3), third)
    assert same(make().batch(3), third)
    assert not torch.equal(make(seed=2).batch(3).images, third.images)
    assert not torch.equal(source.batch(4).images, third.images)
    assert not torch.equal(third.images[0], third.images[1])


def test_part_of_a_batch_has_the_rows_of_the_whole():
    source = PairSource([numbered()], SIZE, 5, 3, seed=1)
    whole, part = source.batch(6), source.only(range(2, 4)).batch(6)
    assert len(part.gap) == 2
    for name, value in tensors(part).items():
        assert torch.equal(value, tensors(whole)[name][2:4]), name


def test_both_frames_and_their_boxes_get_one_augmentation(monkeypatch):
    drawn = []

    def noted(random, size):
        assert size == SIZE
        drawn.append(draw_augmentation(random, size))
        return drawn[-1]

    monkeypatch.setattr(pairs, "draw_augmentation", noted)
    sequence = numbered(30, start=(10.0, 62.0), people=(4,))
    batch = PairSource([sequence], SIZE, 16, 3, seed=3).batch(2)
    assert len(drawn) == 16
    moved = 0
    for row, change in enumerate(drawn):
        grey = (batch.images_key[row] == 127) == (batch.images[row] == 127)
        assert grey.float().mean() > 0.97
        if not batch.tracks.present[row, 0]:
            continue
        linear = change.affine[:, :2]
        velocity = batch.tracks.velocity[row, 0].numpy()
        assert velocity == pytest.approx(linear @ STEP, abs=1e-5) or not velocity.any()
        box = batch.tracks.box[row, 0].numpy()
        centre = (box[:2] + box[2:]) / 2 - change.affine[:, 2]
        frame = (np.linalg.solve(linear, centre) - [10, 62]) / STEP
        assert frame[0] == pytest.approx(frame[1], abs=1e-3)
        assert frame[0] == pytest.approx(round(frame[0]), abs=1e-3)
        moved += 1
    assert moved >= 10


@pytest.mark.usefixtures("_unchanged")
def test_frames_of_another_size_are_letterboxed():
    large = numbered(12, size=(384, 192), start=(80.0, 100.0))
    batch = PairSource([large], SIZE, 8, 2, seed=1).batch(0)
    for row in range(8):
        assert (batch.images[row, :, :8] == 127).all()  # 96 x 48 in 96 x 64
        key = int(batch.images_key[row, 0, 30, 40])
        expected = (np.array([80, 100]) + np.array(STEP) * key) / 4 + [0, 8]
        box = batch.tracks.box[row, 0].numpy()
        assert (box[:2] + box[2:]) / 2 == pytest.approx(expected)
        velocity = batch.tracks.velocity[row, 0].numpy()
        assert velocity == pytest.approx(STEP / 4) or key == 0


@pytest.mark.usefixtures("_unchanged")
def test_who_is_mostly_outside_the_image_is_not_to_be_found():
    # The centre moves 3 pixels a frame; of 8 pixels width a quarter is left at x = -2.
    sequence = numbered(20, start=(-14.0, 40.0), people=(4,))
    source = PairSource([sequence], SIZE, 8, 1, seed=1)
    for step in range(20):
        batch = source.batch(step)
        for row in range(8):
            x = -14 + 3 * int(batch.images_key[row, 0, 0, 0])
            assert batch.tracks.present[row, 0] == (x >= -2)
            assert batch.targets.present[row, 0] == (x + 3 >= -2)


def test_who_does_not_count_is_no_target():
    sequence = numbered(people=(4, 9))
    hidden = without(sequence, sequence.truth.tracks.track_id == 4)
    source = PairSource([hidden], SIZE, 8, 3, seed=1)
    assert source.num_identities == 1
    batch = source.batch(0)
    assert batch.targets.present.shape == (8, 1)
    assert batch.tracks.present.shape == (8, 1)


def test_what_gives_no_pairs_is_refused():
    with pytest.raises(InputError, match="short: has 1 frames, and pairs need 2"):
        PairSource([numbered(), numbered(1, name="short")], SIZE, 4, 3, seed=1)
    nobody = without(numbered(), np.ones(40, dtype=bool))
    with pytest.raises(InputError, match="nobody to be found"):
        PairSource([nobody], SIZE, 4, 3, seed=1)
    with pytest.raises(InputError, match="nobody to be found"):
        PairSource([], SIZE, 4, 3, seed=1)
    for batch_size, gap in ((0, 3), (4, 0)):
        with pytest.raises(InputError, match=f"batches of {batch_size} with gaps up to {gap}"):
            PairSource([numbered()], SIZE, batch_size, gap, seed=1)
    with pytest.raises(InputError, match="multiples of 32"):
        PairSource([numbered()], (90, 64), 4, 3, seed=1)


def test_boxes_lie_on_the_people_of_a_crowd():
    """Inside boxes there is more contrast than in the same boxes of the other frame."""
    source = PairSource(crowd_sequences("train", 2, 30, seed=5), (288, 160), 6, 4, seed=2)
    assert source.num_identities > 30
    on, off = [], []
    for step in range(4):
        batch = source.batch(step)
        for row in range(6):
            edges = [
                np.abs(cv2.Laplacian(image[row].float().mean(dim=0).numpy(), cv2.CV_32F))
                for image in (batch.images_key, batch.images)
            ]
            for box in batch.tracks.box[row][batch.tracks.present[row]].round().int().tolist():
                left, top, right, bottom = np.clip(box, 0, [288, 160] * 2)
                if right - left > 4 and bottom - top > 8:
                    on.append(edges[0][top:bottom, left:right].mean())
                    off.append(edges[1][top:bottom, left:right].mean())
    assert len(on) > 100
    assert np.mean(np.array(on) > np.array(off)) > 0.7


def test_mot17(shared_data):
    sequences = open_labelled_folder(shared_data / "mot17-mini")
    kept = [keep_frames(sequence, (288, 160)) for sequence in sequences]
    source = PairSource(kept, (288, 160), 3, 3, seed=1)
    assert source.num_identities == 42 + 9 + 6 + 17
    batch = source.batch(0)
    assert batch.images.shape == (3, 3, 160, 288)
    assert batch.targets.present.any()
    slow = PairSource(sequences, (288, 160), 1, 3, seed=1).batch(0)
    fast = source.only(range(1)).batch(0)
    assert torch.equal(slow.images, fast.images)
    np.testing.assert_allclose(slow.tracks.box, fast.tracks.box, atol=1e-4)
    np.testing.assert_allclose(slow.tracks.velocity, fast.tracks.velocity, atol=1e-4)
