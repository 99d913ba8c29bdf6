"""Ground truth by frame, with velocities and classes of identities."""

import numpy as np
import pytest
from numbered_frames import STEP, numbered, without

from animot.atttrack.objects import TruthIndex, index_truths, to_be_found, velocities
from animot.data.truth import Truth


def test_objects_of_a_frame():
    index = TruthIndex(numbered().truth, first_identity=7)
    found = index.at(3)
    assert found.box.tolist() == [[35, 28, 43, 46], [45, 28, 53, 46]]
    assert found.identity.tolist() == [7, 8]
    assert found.velocity.tolist() == [STEP.tolist()] * 2
    assert index.at(0).velocity.tolist() == [[0, 0]] * 2
    assert index.num_identities == 2


def test_identities_of_several_sequences_are_different():
    sequences = [numbered(people=(4, 9, 11)), numbered(people=(4, 8))]
    one, other = index_truths(sequences)
    assert one.at(5).identity.tolist() == [0, 1, 2]
    assert other.at(5).identity.tolist() == [3, 4]


def test_what_does_not_count_is_no_object_but_has_a_past():
    sequence = numbered(people=(4, 9, 11))
    tracks = sequence.truth.tracks
    hidden = (tracks.track_id == 9) | (tracks.frame < 6)
    index = TruthIndex(without(sequence, hidden).truth, 0)
    assert index.num_identities == 2
    assert [len(index.at(frame).identity) for frame in (0, 5, 6, 19)] == [0, 0, 2, 2]
    assert index.at(6).identity.tolist() == [0, 1]
    assert index.at(6).velocity.tolist() == [STEP.tolist()] * 2


def test_only_pedestrians_are_found_where_there_are_classes():
    truth = numbered(num_frames=3).truth
    assert to_be_found(truth).all()
    classes = np.array([1, 7, 1, 2, 12, 1])
    counts = np.array([True, True, False, True, True, True])
    found = to_be_found(Truth(tracks=truth.tracks, counts=counts, class_id=classes))
    assert found.tolist() == [True, False, False, False, False, True]


def test_velocities_look_at_three_frames_of_the_past_at_most():
    # Person 2 is away in frame 3; the rows of the two are mixed.
    frame = np.array([0, 1, 2, 3, 4, 0, 1, 2, 4, 5])
    who = np.array([1, 1, 1, 1, 1, 2, 2, 2, 2, 2])
    x = np.array([0, 1, 5, 5, 13, 50, 54, 56, 80, 70], dtype=float)
    box = np.stack([x - 3, x * 0, x + 3, x * 0 + 8], axis=1)
    expected = [0, 1, 5 / 2, 5 / 3, 12 / 3, 0, 4, 6 / 2, 0, -10]
    mixed = np.random.default_rng(0).permutation(10)
    found = velocities(frame[mixed], who[mixed], box[mixed])
    assert found[:, 0] == pytest.approx(np.array(expected)[mixed])
    assert not found[:, 1].any()


def test_no_boxes_at_all():
    nothing = numbered(num_frames=4)
    index = TruthIndex(without(nothing, np.ones(8, dtype=bool)).truth, 0)
    assert index.num_identities == 0
    assert len(index.at(3).box) == 0
