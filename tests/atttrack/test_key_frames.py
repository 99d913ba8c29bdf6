"""What is kept of a key frame, and that learning and tracking carry the same."""

import numpy as np
import pytest
import torch

from animot.association import kalman
from animot.association.associator import AssociationState
from animot.association.config import MotionNoise
from animot.association.open_tracks import OpenTracks
from animot.atttrack.config import TransferConfig
from animot.atttrack.key_frames import keep
from animot.atttrack.lessons import true_tracks
from animot.atttrack.letterbox import letterbox
from animot.atttrack.pairs import KeyTracks
from animot.atttrack.transfer import carry

MAP = torch.rand(1, 3, 16, 24, generator=torch.Generator().manual_seed(0))
BOXED = letterbox((288, 144), (96, 64))  # a third of the size, 8 pixels of grey above


def open_tracks(last_seen=(7.5, 7.5, 7.5, 7.1), confirmed=(True, True, False, True)):
    """Tracks 3, 5, 8 and 9; the last one is lost at 7.5 s."""
    cxcywh = np.array([[60, 45, 24, 48], [150, 60, 18, 36], [90, 90, 30, 60], [9, 9, 9, 9.0]])
    moments = kalman.start(cxcywh, MotionNoise())
    moments[:, kalman.VELOCITY, :2] = [[60.0, -15.0], [0.0, 0.0], [9.0, 9.0], [9.0, 9.0]]
    return OpenTracks(
        track_id=np.array([3, 5, 8, 9]),
        moments=moments,
        last_seen=np.array(last_seen),
        confirmed=np.array(confirmed),
        confidence=np.array([0.9, 0.6, 0.8, 0.7]),
        embedding=np.zeros((4, 0)),
        layer=np.array([1, 0, 2, 0]),
    )


def kept(tracks=None):
    tracks = open_tracks() if tracks is None else tracks
    return keep(MAP, AssociationState(tracks=tracks, time=7.5, last_id=9), BOXED)


def test_confirmed_tracks_that_were_seen_are_kept_in_the_networks_pixels():
    key = kept()
    assert key.track_id.tolist() == [3, 5]
    np.testing.assert_allclose(key.box, [[16, 15, 24, 31], [47, 22, 53, 34]])
    np.testing.assert_allclose(key.velocity, [[20, -5], [0, 0]])
    assert key.confidence.tolist() == [0.9, 0.6]


def test_velocity_per_frame_is_that_of_the_frames_until_now():
    """0.2 s for 2 frames: 20 pixels a second are 2 a frame, and half a cell."""
    tracks = kept().at(7.7, 2).tracks
    assert tracks.velocity[0].tolist() == [[0.5, -0.125], [0.0, 0.0]]
    assert tracks.centre[0, 0].tolist() == [5.0, 5.75]
    slow = kept().at(7.7, 4).tracks
    torch.testing.assert_close(4 * slow.velocity, 2 * tracks.velocity)


def test_learning_and_tracking_carry_the_same():
    """The same boxes and velocities as truth of a pair and as tracks of a tracker."""
    truth = KeyTracks(
        box=torch.tensor([[[16.0, 15, 24, 31], [47, 22, 53, 34], [0, 0, 0, 0]]]),
        velocity=torch.tensor([[[2.0, -0.5], [0, 0], [0, 0]]]),
        identity=torch.tensor([[0, 1, -1]]),
        present=torch.tensor([[True, True, False]]),
    )
    gap = torch.tensor([2])
    learned = carry(MAP, true_tracks(truth), gap, TransferConfig())
    tracked = carry(MAP, kept().at(7.7, 2).tracks, gap, TransferConfig())
    assert tracked.weight.count_nonzero() > 10
    torch.testing.assert_close(tracked.features, learned.features)
    torch.testing.assert_close(tracked.weight, learned.weight)


@pytest.mark.parametrize("sampling", ["nearest", "bilinear"])
def test_whole_cells_are_moved_exactly(sampling):
    """12 pixels a second, in the network, for 2 s are 6 cells; bilinear up to rounding."""
    tracks = open_tracks()
    tracks.moments[0, kalman.VELOCITY, :2] = [36.0, 0.0]
    config = TransferConfig(sampling=sampling)
    carried = carry(MAP, kept(tracks).at(9.5, 2).tracks, torch.tensor([2]), config)
    assert carried.weight[0, 5, 5 + 6] == 1
    exactly = {"rtol": 0, "atol": 0 if sampling == "nearest" else 1e-5}
    torch.testing.assert_close(carried.features[0, :, 5, 11], MAP[0, :, 5, 5], **exactly)


def test_running_tracks_go_where_they_are_expected_by_now():
    now = open_tracks()
    now.moments[0, kalman.VALUE, :2] += [12.0, 6.0]
    now.moments[1, kalman.VELOCITY, :2] = [30.0, 0.0]
    found = kept().following(now, 0.1, BOXED, 2).tracks
    moved = 2 * 4 * found.velocity[0]  # in pixels of the network
    # 12 and 6 pixels, and 0.1 s of 60 and -15: a third of it all.
    np.testing.assert_allclose(moved, [[6.0, 1.5], [1.0, 0.0]], atol=1e-5)
    assert found.centre[0, 0].tolist() == [5.0, 5.75]


def test_tracks_that_have_ended_are_left_out():
    ended = open_tracks().where(np.array([False, True, True, True]))
    found = kept().following(ended, 0.1, BOXED, 2).tracks
    assert found.centre[0].tolist() == [[12.5, 7.0]]


def test_without_tracks_there_is_nothing_to_carry():
    nobody = open_tracks(confirmed=(False,) * 4)
    key = kept(nobody)
    assert len(key) == 0
    carried = carry(MAP, key.at(7.7, 2).tracks, torch.tensor([2]), TransferConfig())
    assert not carried.features.any()


@pytest.mark.parametrize("motion", ["key", "running", "still"])
def test_standing_still_ignores_velocity(motion):
    config = TransferConfig(motion=motion)
    moving, standing = kept(), kept()
    standing.velocity[:] = 0
    found, still = (
        carry(MAP, key.at(7.9, 3).tracks, torch.tensor([3]), config).features
        for key in (moving, standing)
    )
    assert torch.equal(found, still) == (motion == "still")
