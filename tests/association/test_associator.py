import itertools
from dataclasses import replace

import numpy as np
import pytest
from frames import CONFIG, box, frame, run
from hypothesis import given, settings
from hypothesis import strategies as st

from animot.association.associator import Associator
from animot.association.config import AssociationConfig
from animot.detections import FrameDetections
from animot.errors import InputError

NO_COAST = replace(CONFIG, coast_seconds=0.0)


@pytest.mark.parametrize(("gap", "identity"), [(2.95, 1), (3.05, 2)])
@pytest.mark.parametrize("empty_frames", [1, 4, 61])
def test_a_lost_track_is_kept_for_a_time_whatever_the_frame_rate(gap, identity, empty_frames):
    """Three seconds, be it one missed frame, four or sixty-one at uneven times."""
    uneven = np.cumsum(np.random.default_rng(empty_frames).uniform(0.1, 1, empty_frames + 1))
    missed = (uneven / uneven[-1] * gap)[:-1]
    times = [0.0, *missed.tolist(), gap, gap + 0.04]
    frames = [frame(box(100)), *[frame()] * empty_frames, frame(box(100)), frame(box(100))]
    seen = run(frames, times, NO_COAST)
    assert list(seen[-1]) == [identity]


def test_a_missed_track_is_reported_where_it_should_be_for_a_moment():
    walk = [frame(box(100 + 10 * t)) for t in range(30)]
    seen = run([*walk, *[frame()] * 6])  # 25 frames a second: 0.12 s are three frames, 0.16 four
    assert [list(objects) for objects in seen[29:]] == [[1], [1], [1], [1], [], [], []]
    assert seen[30][1] == pytest.approx(400, abs=3)
    assert seen[32][1] == pytest.approx(420, abs=3)


def test_a_track_that_comes_back_is_looked_for_where_it_should_be():
    walk = [frame(box(100 + 10 * t)) for t in range(12)]
    seen = run([*walk, *[frame()] * 10, frame(box(320))], config=NO_COAST)  # 110 px on
    assert list(seen[-1]) == [1]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), data=st.data())
def test_the_order_of_detections_does_not_matter(seed, data):
    rng = np.random.default_rng(seed)
    straight, shuffled = [], []
    for _ in range(6):
        count = int(rng.integers(0, 7))
        corner = rng.integers(0, 12, (count, 2)) * 10.0  # a grid: ties are many
        boxes = np.concatenate([corner, corner + np.array([30, 40])], axis=1)
        confidence = rng.choice([0.2, 0.6, 0.9], count)
        order = data.draw(st.permutations(range(count)))
        straight.append(FrameDetections(box=boxes, confidence=confidence))
        shuffled.append(FrameDetections(box=boxes[order], confidence=confidence[order]))
    assert run(straight) == run(shuffled)


def test_identities_are_neither_shared_nor_used_again():
    rng = np.random.default_rng(3)
    associator = Associator()
    state, last_seen, given = associator.start(), {}, [0, 0]
    for n in range(200):
        boxes = [box(*rng.uniform(0, 400, 2)) for _ in range(rng.integers(0, 9))]
        state, objects = associator.step(state, frame(*boxes), n / 5)
        identities = objects.track_id.tolist()
        assert len(set(identities)) == len(identities)
        assert len(set(state.tracks.track_id.tolist())) == len(state.tracks)
        for identity in identities:
            back = identity in last_seen
            assert back or identity > given[-2]  # given in this frame or the one before
            if back:  # within the time that lost tracks are kept
                assert n - last_seen[identity] <= 5 * CONFIG.lost_seconds + 1
            last_seen[identity] = n
        given.append(state.last_id)
    assert given[-1] > 100


def test_two_states_do_not_know_of_each_other():
    associator = Associator()
    left, right = associator.start(), associator.start()
    for t in range(5):
        left, one = associator.step(left, frame(box(100)), t / 25)
        right, other = associator.step(right, frame(box(600), box(700)), t / 25)
        assert one.track_id.tolist() == [1]
        assert sorted(other.track_id.tolist()) == [1, 2]


def test_a_state_can_be_used_again():
    associator = Associator()
    state, _ = associator.step(associator.start(), frame(box(100)), 0.0)
    before = {name: value.copy() for name, value in vars(state.tracks).items()}
    _, one = associator.step(state, frame(box(104), box(300)), 0.04)
    _, again = associator.step(state, frame(box(104), box(300)), 0.04)
    np.testing.assert_array_equal(one.box, again.box)
    for name, value in before.items():
        np.testing.assert_array_equal(getattr(state.tracks, name), value)


def test_velocity_is_in_pixels_a_second():
    associator = Associator()
    state = associator.start()
    for t in range(60):
        state, _ = associator.step(state, frame(box(100 + 3 * t, 500 - 2 * t)), t / 10)
    np.testing.assert_allclose(state.tracks.velocity, [[30, -20]], atol=0.5)


def test_embeddings_follow_slowly():
    associator = Associator(embedding_size=2)
    state, _ = associator.step(associator.start(), frame(box(100), embedding=[[5, 0]]), 0.0)
    np.testing.assert_allclose(state.tracks.embedding, [[1, 0]])
    state, _ = associator.step(state, frame(box(100), embedding=[[0, 3]]), 0.1)
    np.testing.assert_allclose(state.tracks.embedding, [np.array([0.9, 0.1]) / np.hypot(0.9, 0.1)])


def test_empty_frames_and_first_frames():
    associator = Associator()
    state, objects = associator.step(associator.start(), frame(), 0.0)
    assert (len(objects), objects.box.shape, state.last_id) == (0, (0, 4), 0)
    assert run([frame(box(100))]) == [{1: 100}]  # the first frame confirms at once
    assert run([frame(), frame()]) == [{}, {}]


COVERED_BIRTH = replace(CONFIG, birth_confidence=0.6, covered_birth_confidence=0.9)


@pytest.mark.parametrize(
    ("distance", "confidence", "tracks"),
    [
        (16, 0.85, 1),  # 0.6 of it lies in the box of the first track: the same object once more
        (16, 0.92, 2),
        (32, 0.65, 2),  # 0.2 of it does
    ],
)
def test_what_lies_in_the_box_of_a_track_must_be_surer_to_begin_one(distance, confidence, tracks):
    pair = frame(box(100), box(100 + distance), confidence=[0.95, confidence])
    assert len(run([frame(box(100)), pair, pair], config=COVERED_BIRTH)[-1]) == tracks
    anyway = replace(COVERED_BIRTH, covered_birth_confidence=None)
    assert len(run([frame(box(100)), pair, pair], config=anyway)[-1]) == 2


def test_a_velocity_is_learned_in_the_clear_only():
    """Somebody walks up to another one, where the box stays behind, and out of sight."""
    other = box(420)
    walk = [frame(box(20.0 * t), other) for t in range(20)]  # in the end 0.5 of it is covered
    stuck = [frame(box(400), other)] * 4
    steps = {}
    for part in (0.4, None):
        seen = run([*walk, *stuck, *[frame(other)] * 3], config=replace(CONFIG, clear_part=part))
        steps[part] = [after[1] - before[1] for before, after in itertools.pairwise(seen[-3:])]
    assert steps[0.4] == pytest.approx([20, 20], abs=1)
    assert max(steps[None]) < 18


def test_what_was_covered_begins_a_track_once_it_steps_aside():
    walk = [frame(box(100), box(110 + 5 * t), confidence=[0.95, 0.7]) for t in range(6)]
    counts = [len(seen) for seen in run([frame(box(100)), *walk], config=COVERED_BIRTH)]
    # From a distance of 25 pixels on, 0.375 of it is covered; it is reported one frame later.
    assert counts == [1, 1, 1, 1, 1, 2, 2]


def test_tracks_say_which_detection_they_are():
    """Also where a track is born, and -1 where it is reported without being seen."""
    associator = Associator(CONFIG)
    state, first = associator.step(associator.start(), frame(box(300), box(100), box(200)), 0.0)
    assert first.box[:, 0].tolist() == [box([300, 100, 200][row])[0] for row in first.detection]
    assert sorted(first.detection.tolist()) == [0, 1, 2]
    state, second = associator.step(state, frame(box(200), box(300)), 0.04)
    rows = dict(zip(second.track_id.tolist(), second.detection.tolist(), strict=True))
    for identity, row in zip(first.track_id.tolist(), first.detection.tolist(), strict=True):
        assert rows[identity] == {0: 1, 1: -1, 2: 0}[row]


def test_bad_steps_are_refused():
    associator = Associator(embedding_size=3)
    with pytest.raises(InputError, match="length 2 where 3 is expected"):
        associator.step(associator.start(), frame(box(1), embedding=[[1, 0]]), 0.0)
    with pytest.raises(InputError, match="length 0 where 3 is expected"):
        associator.step(associator.start(), frame(box(1)), 0.0)
    state, _ = Associator().step(Associator().start(), frame(box(1)), 1.0)
    for time in (0.5, float("nan")):
        with pytest.raises(InputError, match="give the frames in order"):
            Associator().step(state, frame(box(1)), time)


@pytest.mark.parametrize(
    "settings",
    [
        {"low_confidence": 0.6},
        {"birth_confidence": 0.4},
        {"birth_confidence": 1.1},
        {"covered_birth_confidence": 0.7},
        {"covered_birth_confidence": 1.1},
        {"coast_seconds": 4.0},
        {"coast_seconds": -0.1},
        {"min_iou": 0.0},
        {"min_low_iou": 1.0},
        {"wide_buffer": -0.1},
        {"max_appearance_cost": 0.0},
        {"motion_weight": 1.2},
        {"embedding_kept": 1.0},
        {"clear_part": 1.1},
    ],
    ids=str,
)
def test_settings_that_cannot_work_are_refused(settings):
    with pytest.raises(InputError, match=";"):
        AssociationConfig(**settings)


def test_tracks_have_the_layers_of_their_detections():
    """Those of the last one, also while a track is reported where it should be."""
    associator = Associator(CONFIG, layers=True)
    state, found = associator.start(), []
    for n, layers in enumerate([[0, 2], [2, 0], []]):
        boxes = np.array([[10.0, 10, 30, 50], [200, 10, 220, 50]])[: len(layers)]
        detections = FrameDetections(
            box=boxes,
            confidence=np.array([0.9, 0.95])[: len(layers)],
            layer=np.array(layers, dtype=np.int64),
        )
        state, objects = associator.step(state, detections, n / 25)
        left_first = np.argsort(objects.box[:, 0])
        found.append(objects.layer[left_first].tolist())
    assert found == [[0, 2], [2, 0], [2, 0]]
    _, plain = Associator(CONFIG).step(Associator(CONFIG).start(), detections, 0.0)
    assert plain.layer is None
