"""Teacher and student at work: what policies have in common, and what happens at the edges."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from animot.association.associator import Associator
from animot.atttrack.decode import Decoded
from animot.atttrack.letterbox import letterbox
from animot.atttrack.policy import POLICIES, Rhythm
from animot.atttrack.stopwatch import PARTS, Stopwatch
from animot.atttrack.tracker import AttTrackTracker, found_in, surprise_of
from animot.detections import FrameDetections
from animot.tracker import Frame, PreparingTracker, follow, track
from animot.tracks import stack
from tiny_pair import CONFIG, HEIGHT, LOW, WIDTH, pair_of, walking


def rows(tracks):
    """All that is reported, to the last bit."""
    return np.column_stack([tracks.frame, tracks.track_id, tracks.box, tracks.confidence])


def tracked(policy, period=4, frames=None, **options):
    pair = pair_of(policy, period, **options)
    return rows(track(AttTrackTracker(pair), walking() if frames is None else frames))


def states(tracker, frames):
    return [state for state, *_ in follow(tracker, frames, tracker.start())]


@pytest.mark.parametrize("policy", ["naive-mix", "layerwise", "atttrack", "adaptive"])
def test_a_period_of_1_is_the_teacher_alone_bit_for_bit(policy):
    alone = tracked("teacher")
    assert len(alone) > 30
    assert np.array_equal(tracked(policy, 1), alone)
    assert not np.array_equal(tracked(policy, 3), alone)


def test_what_is_carried_changes_what_the_student_says():
    """Only between key frames, and not before the second frame."""
    helped, alone = tracked("atttrack"), tracked("naive-mix")
    first = [found[found[:, 0] == 0] for found in (helped, alone)]
    assert np.array_equal(*first)
    assert not np.array_equal(helped, alone)


def test_without_tracks_nothing_is_carried():
    """No detection is sure enough to begin a track."""
    unsure = replace(LOW, birth_confidence=1.0)
    tracker = AttTrackTracker(pair_of("atttrack", association=unsure))
    assert all(state.key is not None and not len(state.key) for state in states(tracker, walking()))


def test_a_key_frame_without_tracks_is_as_none():
    tracker, frames = AttTrackTracker(pair_of("atttrack")), walking(2)
    state, _ = tracker.step(tracker.start(), frames[0])
    nobody = replace(
        state.key,
        **{name: getattr(state.key, name)[:0] for name in ("track_id", "box", "velocity")},
        confidence=state.key.confidence[:0],
    )
    found, alone = (tracker.step(replace(state, key=key), frames[1])[1] for key in (nobody, None))
    assert np.array_equal(found.box, alone.box)
    assert np.array_equal(found.confidence, alone.confidence)


@pytest.mark.parametrize("policy", POLICIES)
def test_every_policy_is_a_function_of_the_frames(policy):
    assert np.array_equal(tracked(policy), tracked(policy))
    pair = AttTrackTracker(pair_of(policy))
    assert isinstance(pair, PreparingTracker)
    behind = [objects for *_, objects in follow(pair, walking(), pair.start(), ahead=False)]
    assert np.array_equal(rows(stack(behind)), tracked(policy))


def test_two_videos_interleave():
    """The state is in the state."""
    tracker, one, two = AttTrackTracker(pair_of("atttrack", 3)), walking(), walking(fps=5.0)
    two = [replace(frame, image=frame.image[::-1].copy()) for frame in two]
    alone = rows(track(tracker, one))
    state, other, found = tracker.start(), tracker.start(), []
    for frame, distraction in zip(one, two, strict=True):
        state, objects = tracker.step(state, frame)
        other, _ = tracker.step(other, distraction)
        found.append(objects)
    assert np.array_equal(rows(stack(found)), alone)


def test_a_period_longer_than_the_video():
    tracker = AttTrackTracker(pair_of("atttrack", 1000))
    found = states(tracker, walking())
    assert [state.rhythm.gap for state in found] == list(range(1, 12))
    assert len({id(state.key) for state in found}) == 1


def test_the_student_alone_never_waits_for_a_key_frame():
    pair = replace(pair_of("student"), teacher=None)
    found = states(AttTrackTracker(pair), walking())
    assert all(state.key is None and state.rhythm.gap is None for state in found)


def test_a_teacher_alone_needs_no_student():
    pair = replace(pair_of("teacher"), student=None)
    assert np.array_equal(rows(track(AttTrackTracker(pair), walking())), tracked("teacher"))


def test_frames_without_anything():
    """Of one colour, of one pixel, and all at the same time."""
    black = [replace(frame, image=np.zeros_like(frame.image)) for frame in walking(6)]
    dots = [Frame(index=i, time=i / 10, image=np.zeros((1, 1, 3), np.uint8)) for i in range(6)]
    still = [replace(frame, time=0.0) for frame in walking(6)]
    for frames in (black, dots, still, []):
        assert np.isfinite(tracked("atttrack", 3, frames)).all()


def test_a_cut_leaves_nothing_to_carry_that_does_not_fit():
    """After it, tracks of the old scene are not among those of the next key frame."""
    cut = walking(4) + [
        replace(frame, index=4 + frame.index, time=1.0 + frame.time, image=255 - frame.image)
        for frame in walking(6)
    ]
    tracker = AttTrackTracker(pair_of("atttrack", 3))
    for state in states(tracker, cut):
        tracks = state.association.tracks
        if state.rhythm.gap == 1:  # it was a key frame
            seen = tracks.track_id[tracks.confirmed & (tracks.last_seen == state.association.time)]
            assert state.key.track_id.tolist() == seen.tolist()


def test_objects_that_leave_the_map_are_carried_no_more():
    """Tracks that race out of the picture: the student sees what it would see alone."""
    tracker = AttTrackTracker(pair_of("atttrack", 3))
    frames = walking(3)
    state, _ = tracker.step(tracker.start(), frames[0])
    assert len(state.key)
    racing = replace(state.key, velocity=np.full_like(state.key.velocity, 1e5))
    gone = replace(state, key=racing)
    nothing = replace(state, key=None)
    found, alone = (tracker.step(one, frames[1])[1] for one in (gone, nothing))
    assert np.array_equal(found.box, alone.box)
    helped = tracker.step(state, frames[1])[1]
    assert not np.array_equal(helped.confidence, alone.confidence)


@pytest.mark.parametrize("motion", ["running", "still"])
def test_how_tracks_move_is_an_option(motion):
    config = replace(CONFIG, transfer=replace(CONFIG.transfer, motion=motion))
    found = tracked("atttrack", 4, config=config)
    assert len(found) > 30
    assert not np.array_equal(found, tracked("atttrack", 4))


def test_what_is_carried_may_be_said_from_outside():
    """It is asked for once a frame between key frames, with that frame and its key frame."""
    seen = []

    def nothing(frame, state, key):
        seen.append((frame.index, frame.time, state.rhythm.gap, key.time))

    tracker = AttTrackTracker(pair_of("atttrack", 3), carrying=nothing)
    found = rows(track(tracker, walking(8)))
    assert seen == [(n, n / 10, n % 3, (n - n % 3) / 10) for n in (1, 2, 4, 5, 7)]
    assert np.array_equal(found, tracked("naive-mix", 3, walking(8)))
    assert not np.array_equal(found, tracked("atttrack", 3, walking(8)))


def test_boxes_are_in_pixels_of_the_frame():
    """A frame of twice the size, letterboxed, gives boxes of twice the size."""
    frames = walking(3)
    large = [replace(f, image=f.image.repeat(2, axis=0).repeat(2, axis=1)) for f in frames]
    small, found = tracked("teacher", frames=frames), tracked("teacher", frames=large)
    np.testing.assert_allclose(found[:, 2:6], 2 * small[:, 2:6], rtol=1e-6)


def test_detections_that_are_none_are_left_out():
    """Faint ones, boxes without an area, and those that are not finite."""
    box = torch.tensor([[[4.0, 8, 20, 40], [9, 9, 9, 30], [1, 1, 5, 5], [0, 0, torch.inf, 9]]])
    decoded = Decoded(
        score=torch.tensor([[0.9, 0.8, 0.005, 0.7]]), box=box, embedding=torch.ones(1, 4, 8)
    )
    found = found_in(decoded, letterbox((2 * WIDTH, 2 * HEIGHT), (WIDTH, HEIGHT)), LOW)
    assert found.box.tolist() == [[8, 16, 40, 80]]
    assert found.embedding.shape == (1, 8)


def test_surprise_counts_what_was_not_foretold():
    associator = Associator(LOW)

    def detections(*lefts):
        box = np.array([[left, 0.0, left + 10, 30.0] for left in lefts])
        return FrameDetections(box=box, confidence=np.full(len(lefts), 0.9))

    one, _ = associator.step(associator.start(), detections(0, 100, 200, 300), 0.0)
    assert surprise_of(associator.start(), one).births == 4
    two, _ = associator.step(one, detections(0, 100, 200, 600, 700), 0.1)
    assert vars(surprise_of(one, two)) == {"lost": 0.25, "births": 2}
    three, _ = associator.step(two, detections(0, 100, 200, 600, 700), 0.2)
    assert vars(surprise_of(two, three)) == {"lost": 0.0, "births": 0}


def test_adaptive_key_frames_follow_surprise():
    """The rhythm that reaches the policy is that of the frame before."""
    tracker = AttTrackTracker(pair_of("adaptive", 4))
    before, frames = tracker.start(), walking(9)
    keys = []
    for frame in frames:
        wanted = tracker.policy.is_key(before.rhythm)
        after, _ = tracker.step(before, frame)
        keys.append(after.rhythm.recent[-1])
        assert keys[-1] == wanted
        assert after.rhythm.surprise == surprise_of(before.association, after.association)
        before = after
    assert before.rhythm != Rhythm()
    assert keys[:3] == [True, False, True]  # there are always births


def test_parts_are_timed_and_nothing_changes():
    stopwatch = Stopwatch()
    pair = pair_of("atttrack")
    found = rows(track(AttTrackTracker(pair, stopwatch), walking()))
    assert np.array_equal(found, tracked("atttrack"))
    assert set(stopwatch.seconds) == set(PARTS)
    assert min(stopwatch.seconds.values()) > 0
    assert stopwatch.seconds["network"] > stopwatch.seconds["transfer"]
