"""What the made crowd promises: frames in any order, and truth that fits them."""

import numpy as np
import pytest

from animot.data.crowd import CrowdVideo
from animot.data.crowd_difficulty import CrowdDifficulty
from animot.errors import InputError

QUIET = CrowdDifficulty(noise=0.0, shadow=0.0)


def make(seed=7, difficulty=None, height=96, width=171):
    return CrowdVideo(seed, difficulty, height=height, width=width)


def steps(tracks):
    """Motion of each centre from a frame to the next, in pixels, and the height of the box."""
    order = np.lexsort((tracks.frame, tracks.track_id))
    box, frame, who = tracks.box[order], tracks.frame[order], tracks.track_id[order]
    next_ = (np.diff(who) == 0) & (np.diff(frame) == 1)
    centre = (box[:, :2] + box[:, 2:]) / 2
    return np.hypot(*np.diff(centre, axis=0)[next_].T), (box[:, 3] - box[:, 1])[:-1][next_]


def test_shapes_and_types():
    clip = make().clip([0, 4], 3, 5)
    assert clip.shape == (2, 5, 96, 171, 3)
    assert clip.dtype == np.uint8


def test_frames_do_not_depend_on_what_was_asked_before():
    whole = make().clip([0, 1, 2], 0, 30)
    other = make()
    for streams, first, count in [([2], 20, 4), ([1, 0], 5, 7), ([0, 1, 2], 0, 1), ([0], 29, 1)]:
        part = other.clip(streams, first, count)
        np.testing.assert_array_equal(part, whole[streams, first : first + count])
    np.testing.assert_array_equal(make().image(1, 17), whole[1, 17])


def test_a_longer_truth_begins_with_the_shorter():
    long, short = make().truth(1, 40), make().truth(1, 25).tracks
    cut = long.between(0, 24)
    np.testing.assert_array_equal(cut.tracks.box, short.box)
    np.testing.assert_array_equal(cut.tracks.track_id, short.track_id)


def test_another_seed_stream_or_difficulty_is_another_video():
    image = make().image(0, 3)
    assert (image == make().image(0, 3)).all()
    for other in (make(seed=8).image(0, 3), make().image(1, 3), make().image(0, 4)):
        assert (other != image).mean() > 0.2
    assert (make(difficulty=QUIET).image(0, 3) != image).any()


def test_the_videos_of_a_seed_stay_the_same_for_ever():
    truth = CrowdVideo(7).truth(0, 3)
    rows = np.column_stack([truth.tracks.frame, truth.tracks.track_id, truth.tracks.box])
    assert rows[0].tolist() == [0, 136, 278, 69, 290, 103]
    assert rows[-1].tolist() == [2, 159, -8, 95, 7, 138]
    assert len(rows) == 30


def test_frames_differ_from_the_scene_only_in_boxes():
    """Truth is drawn and nothing else is."""
    video = make(difficulty=QUIET)
    for stream in range(4):
        truth = video.truth(stream, 12).tracks
        scene, _ = video._look(stream, 0)
        empty = scene.background.copy()
        for box, facade in zip(scene.obstacles.tolist(), scene.facades, strict=True):
            empty[box[1] : box[3], box[0] : box[2]] = facade
        for frame in range(12):
            changed = (video.image(stream, frame) != empty).any(axis=2)
            assert changed.any()
            for left, top, right, bottom in truth.box[truth.frame == frame].astype(int):
                changed[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = False
            assert not changed.any()


def test_noise_is_as_strong_as_asked_and_new_in_each_frame():
    noisy, quiet = make(difficulty=CrowdDifficulty(noise=6.0, shadow=0.0)), make(difficulty=QUIET)
    some = [noisy.image(2, frame).astype(int) - quiet.image(2, frame) for frame in (0, 1)]
    assert some[0].std() == pytest.approx(6, abs=0.2)
    assert abs(some[0].mean()) < 0.2
    assert abs(np.corrcoef(some[0].ravel(), some[1].ravel())[0, 1]) < 0.05


def test_so_many_people_of_such_sizes_and_speeds():
    """What a network of 288x160 pixels, with cells of 4, is to be tried with."""
    video = CrowdVideo(11)
    densities = []
    for stream in range(5):
        truth = video.truth(stream, 100)
        tracks = truth.tracks
        counts = np.bincount(tracks.frame[truth.counts], minlength=100)
        densities.append(counts.mean())
        assert counts.min() >= 4
        assert counts.max() <= 26
        step, height = steps(tracks)
        assert (height.min(), height.max()) >= (15, 40)
        assert height.max() <= 60
        cells = step / 4
        assert np.quantile(cells, 0.9) < 3
        assert cells.max() <= 4
        assert 0.2 < np.median(cells) < 1.5
    assert 8 < np.mean(densities) < 20
    assert np.ptp(densities) > 2


def test_the_scene_is_full_from_the_first_frame_on():
    video = CrowdVideo(5, CrowdDifficulty(people=(12.0, 12.0)))
    first, later = (
        np.mean([np.sum(video.truth(stream, 1).counts) for stream in range(20)]),
        np.mean([len(video._look(stream, 400)[1].box) for stream in range(20)]),
    )
    assert first == pytest.approx(later, rel=0.25)
    assert later == pytest.approx(12, rel=0.25)


def test_people_come_and_go_at_the_border_and_behind_obstacles():
    video = CrowdVideo(3, CrowdDifficulty(hiding=0.4))
    border = hidden = 0
    for stream in range(3):
        truth = video.truth(stream, 160)
        tracks, visible = truth.tracks, truth.visibility
        for who in np.unique(tracks.track_id):
            rows = np.flatnonzero(tracks.track_id == who)
            frames = tracks.frame[rows]
            assert np.diff(frames).tolist() == [1] * (len(frames) - 1)  # never used again
            for row, whole in ((rows[0], frames[0] > 0), (rows[-1], frames[-1] < 159)):
                if not whole:
                    continue
                assert visible[row] < 0.85  # large fast ones are mostly seen at once
                inside = np.clip(tracks.box[row], 0, [288, 160] * 2)
                at_border = (inside != tracks.box[row]).any()
                border, hidden = border + at_border, hidden + (not at_border)
                if not at_border:
                    assert visible[row] < 0.3
    assert border > 40
    assert hidden > 25


def test_who_is_hidden_does_not_count():
    truth = CrowdVideo(2).truth(3, 100)
    assert (truth.visibility.min(), truth.visibility.max()) == (0, 1)
    np.testing.assert_array_equal(truth.counts, truth.visibility >= 0.25)
    np.testing.assert_array_equal(truth.class_id, np.where(truth.counts, 1, 8))
    assert 0.05 < 1 - truth.counts.mean() < 0.4


def test_people_cross_and_hide_one_another():
    truth = CrowdVideo(2, CrowdDifficulty(people=(20.0, 20.0), obstacles=(0, 0))).truth(3, 80)
    inside = (truth.tracks.box == np.clip(truth.tracks.box, 0, [288, 160] * 2)).all(axis=1)
    partly = truth.visibility[inside] < 0.8
    assert partly.mean() > 0.1
    assert (truth.visibility[inside] < 0.25).any()


def test_a_frame_far_ahead_is_at_hand():
    video = make()
    assert len(video._look(0, 1_000_000)[1].box) > 3
    assert video.image(0, 1_000_000).any()


def test_memory_stays_bounded_over_ever_new_streams_and_frames(monkeypatch):
    monkeypatch.setattr("animot.data.crowd.STREAMS_KEPT", 3)
    video = make()
    first = video.image(0, 5)
    for stream in range(8):
        video.image(stream, 0)
        assert len(video._streams) <= 3
    scene, _ = video._look(0, 5)
    for frame in range(0, 60_000, 2000):
        scene.standing(frame)
        assert len(scene._chunks) <= 8
    np.testing.assert_array_equal(video.image(0, 5), first)


def test_what_cannot_be_made_is_refused():
    for seed in (-1, 2**64):
        with pytest.raises(InputError, match=f"seed {seed} is out of range"):
            make(seed=seed)
    for height, width in ((63, 100), (100, 4097)):
        with pytest.raises(InputError, match=f"frames of {width}x{height} pixels do not suit"):
            make(height=height, width=width)
    for stream, frame in ((-1, 0), (0, -1)):
        with pytest.raises(InputError, match=f"no frame {frame} of stream {stream}"):
            make().image(stream, frame)
