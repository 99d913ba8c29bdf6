"""What each control carries, beside what AttTrack would."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from animot.atttrack.key_frames import KeptKeyFrame
from animot.atttrack.letterbox import letterbox
from animot.atttrack.map_tracks import MapTracks, moved_centre
from animot.atttrack.policy import Rhythm
from animot.atttrack.tracker import AttTrackTracker
from animot.data.crowd import CrowdVideo
from animot.data.crowd_sequence import labelled_crowd
from animot.reproduce.atttrack.controls import CONTROLS, shuffle
from tiny_pair import CONFIG, HEIGHT, WIDTH, pair_of

PAIR = pair_of("atttrack", 4)
SEQUENCE = labelled_crowd(CrowdVideo(3, height=90, width=171), 5, 7)
FRAMES = list(SEQUENCE.frames())
KEY, NOW = 1, 4  # the key frame, and the frame that is asked about


def kept(rows=3):
    """A key frame with tracks by hand, in pixels of the network's frame and per second."""
    box = np.array([[8.0, 8, 16, 24], [40, 20, 52, 44], [60, 4, 68, 20]])[:rows]
    velocity = np.array([[25.0, 0], [-12.5, 6.25], [0, 50]])[:rows]
    return KeptKeyFrame(
        map=torch.rand(1, 8, HEIGHT // 4, WIDTH // 4, generator=torch.Generator().manual_seed(3)),
        track_id=np.arange(rows) + 4,
        box=box,
        velocity=velocity,
        confidence=np.full(rows, 0.9),
        time=FRAMES[KEY].time,
    )


def asked(name, key=None):
    """What a control gives the student, and what AttTrack would."""
    tracker = AttTrackTracker(PAIR)
    rhythm = Rhythm(gap=NOW - KEY)
    association = replace(tracker.start().association, time=FRAMES[NOW - 1].time)
    state = replace(tracker.start(), rhythm=rhythm, association=association)
    frame, key = tracker.prepare(FRAMES[NOW]), kept() if key is None else key
    with torch.inference_mode():
        usual = tracker._carrying(frame, state, key)
        return CONTROLS[name].of(PAIR, SEQUENCE)(frame, state, key), usual


def places(key_frame):
    """Where tracks set out from and arrive, in cells."""
    arrived = moved_centre(key_frame.tracks, torch.tensor([NOW - KEY]))
    return key_frame.tracks.centre[0].numpy(), arrived[0].numpy()


def test_without_velocity_tracks_stay():
    found, usual = asked("still")
    start, arrived = places(found)
    np.testing.assert_array_equal(start, arrived)
    np.testing.assert_array_equal(start, places(usual)[0])
    assert torch.equal(found.map, usual.map)


def test_shuffled_tracks_arrive_with_the_features_of_the_next_one():
    found, usual = asked("shuffled")
    start, arrived = places(found)
    usual_start, usual_arrived = places(usual)
    np.testing.assert_allclose(arrived, usual_arrived, atol=1e-5)
    np.testing.assert_array_equal(start, usual_start[[1, 2, 0]])
    assert torch.equal(found.tracks.size, usual.tracks.size)


def test_shuffling_by_hand():
    tracks = MapTracks(
        centre=torch.tensor([[[1.0, 2.0], [10.0, 20.0]]]),
        size=torch.ones(1, 2, 2),
        velocity=torch.tensor([[[1.0, 0.0], [0.0, -2.0]]]),
        confidence=torch.ones(1, 2),
        present=torch.ones(1, 2, dtype=torch.bool),
    )
    found = shuffle(tracks, 4)
    assert found.centre[0].tolist() == [[10.0, 20.0], [1.0, 2.0]]
    # From (10, 20) to (5, 2) in 4 frames, and from (1, 2) to (10, 12).
    assert found.velocity[0].tolist() == [[-1.25, -4.5], [2.25, 2.5]]


def test_true_tracks_are_where_the_truth_has_them():
    found, _ = asked("oracle")
    start, arrived = places(found)
    boxed = letterbox((171, 90), (WIDTH, HEIGHT))
    truth = SEQUENCE.truth
    by_frame = []
    for frame in (KEY, NOW):
        there = (truth.tracks.frame == frame) & truth.counts
        box = boxed.to_network(truth.tracks.box[there]) / 4
        identity = truth.tracks.track_id[there].tolist()
        centre = (box[:, :2] + box[:, 2:]) / 2
        by_frame.append(dict(zip(identity, centre, strict=True)))
    both = sorted(by_frame[0].keys() & by_frame[1].keys())
    assert len(both) > 3
    np.testing.assert_allclose(start, [by_frame[0][n] for n in both], atol=1e-4)
    np.testing.assert_allclose(arrived, [by_frame[1][n] for n in both], atol=1e-4)
    assert np.abs(arrived - start).max() > 0.1


def test_true_tracks_do_not_depend_on_those_found():
    found, _ = asked("oracle", kept(0))
    assert len(found.tracks.centre[0]) > 3


def test_fresh_features_are_those_of_the_very_frame_where_tracks_are_expected():
    found, usual = asked("fresh")
    frame = AttTrackTracker(PAIR).prepare(FRAMES[NOW])
    with torch.inference_mode():
        expected = PAIR.teacher.features(frame.image)
    torch.testing.assert_close(found.map, expected)
    start, arrived = places(found)
    np.testing.assert_array_equal(start, arrived)
    np.testing.assert_allclose(arrived, places(usual)[1], atol=1e-5)


def test_of_a_heat_map_the_fresh_one_is_carried():
    config = replace(CONFIG, transfer=replace(CONFIG.transfer, source="heat"))
    pair = pair_of("atttrack", 4, config=config)
    tracker = AttTrackTracker(pair)
    state = replace(tracker.start(), rhythm=Rhythm(gap=NOW - KEY))
    with torch.inference_mode():
        carrying = CONTROLS["fresh"].of(pair, SEQUENCE)
        found = carrying(tracker.prepare(FRAMES[NOW]), state, kept())
    assert found.map.shape[1] == 1


@pytest.mark.parametrize("name", ["still", "shuffled", "fresh"])
def test_without_tracks_there_is_nothing_to_carry(name):
    assert asked(name, kept(0)) == (None, None)
