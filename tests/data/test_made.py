"""What both made data sets promise: frames in any order, and truth that fits them."""

import numpy as np
import pytest

from animot.data.mnist_mot import MnistMOT
from animot.data.sprites_mot import SpritesMOT
from animot.errors import InputError

DIGITS = np.random.default_rng(0).integers(1, 255, size=(11, 28, 28), dtype=np.uint8)


def make_sprites(seed=7, num_objects=3, **size):
    return SpritesMOT(seed, num_objects, **size)


def make_digits(seed=7, num_objects=3, **size):
    return MnistMOT(seed, DIGITS, num_objects, **size)


both = pytest.mark.parametrize("make", [make_sprites, make_digits])


@both
def test_shapes_and_types(make):
    made = make(num_objects=5, height=90, width=70)
    clip = made.clip([0, 4], 3, 13)
    assert clip.frames.shape == (2, 13, 90, 70, made.channels)
    assert clip.frames.dtype == np.uint8
    assert clip.truth.present.shape == (2, 13, 5)
    assert clip.truth.box.shape == (2, 13, 5, 4)


@both
def test_frames_do_not_depend_on_what_was_asked_before(make):
    whole = make().clip([0, 1, 2], 0, 60)
    other = make()
    for streams, first, count in [([2], 40, 7), ([1, 0], 5, 11), ([0, 1, 2], 0, 1), ([0], 59, 1)]:
        part = other.clip(streams, first, count)
        here = slice(first, first + count)
        np.testing.assert_array_equal(part.frames, whole.frames[streams, here])
        for column in ("present", "track_id", "box"):
            expected = getattr(whole.truth, column)[streams, here]
            np.testing.assert_array_equal(getattr(part.truth, column), expected)


@both
def test_another_seed_or_stream_is_another_video(make):
    one = make(seed=7).clip([0, 1], 0, 40)
    assert (one.frames == make(seed=7).clip([0, 1], 0, 40).frames).all()
    assert (one.frames != make(seed=8).clip([0, 1], 0, 40).frames).any()
    assert (one.frames[0] != one.frames[1]).any()


def test_the_videos_of_a_seed_stay_the_same_for_ever():
    truth = make_sprites(seed=7).tracks(0, 12)
    rows = [
        (frame, track_id, *box)
        for frame, track_id, box in zip(
            truth.frame.tolist(), truth.track_id.tolist(), truth.box.tolist(), strict=True
        )
    ]
    assert rows[0] == (6, 3, 107, 1, 127, 23)
    assert rows[-3:] == [
        (11, 1, 4, 98, 26, 119),
        (11, 2, 93, 41, 112, 64),
        (11, 3, 83, 13, 103, 35),
    ]


def test_the_digits_of_a_seed_stay_the_same_for_ever():
    truth = make_digits(seed=7).tracks(0, 12)
    assert (truth.frame[0], truth.track_id[0]) == (6, 3)
    assert truth.box[0].tolist() == [104, -3, 132, 25]


@both
def test_truth_is_drawn_and_nothing_else_is(make):
    clip = make().clip(range(4), 0, 60)
    _, _, height, width, _ = clip.frames.shape
    y, x = np.arange(height)[:, None], np.arange(width)
    for b, t in np.ndindex(4, 60):
        in_a_box = np.zeros((height, width), dtype=bool)
        for left, top, right, bottom in clip.truth.box[b, t][clip.truth.present[b, t]]:
            in_a_box |= (x >= left) & (x < right) & (y >= top) & (y < bottom)
        assert not clip.frames[b, t][~in_a_box].any()


@both
def test_boxes_of_lone_objects_are_exactly_the_drawn_pixels(make):
    clip = make(num_objects=1).clip(range(5), 0, 90)
    _, _, height, width, _ = clip.frames.shape
    seen = 0
    for b, t in np.argwhere(clip.truth.present[:, :, 0]):
        drawn = clip.frames[b, t].any(axis=2)
        rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
        found = [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]
        expected = np.clip(clip.truth.box[b, t, 0], 0, [width, height, width, height])
        assert found == expected.tolist()
        seen += 1
    assert seen > 200


@both
def test_boxes_reach_over_the_border_and_are_not_cut(make):
    box = make().tracks(0, 2000).box
    assert box.min() < 0
    assert box[:, 2:].max() > 128
    sizes = box[:, 2:] - box[:, :2]
    assert sizes.min() >= 17  # the smallest sprite; a cut box would be smaller


@both
def test_centres_stay_in_the_inner_rectangle_and_reach_all_its_sides(make):
    made = make()
    box = made.tracks(0, 4000).box.astype(int)
    centre = box[:, :2] + (box[:, 2:] - box[:, :2]) // 2
    assert made.margin == {"sprites": 10, "mnist": 9}[made.name]
    assert centre.min(axis=0).tolist() == [made.margin, made.margin]
    assert centre.max(axis=0).tolist() == [127 - made.margin, 127 - made.margin]


@both
@pytest.mark.parametrize("num_objects", [1, 3, 50])
def test_at_most_so_many_objects_and_sometimes_all(make, num_objects):
    tracks = make(num_objects=num_objects).tracks(2, 600)
    counts = np.bincount(tracks.frame, minlength=600)
    assert counts.max() == pytest.approx(num_objects, abs=num_objects // 10)
    assert counts.max() <= num_objects
    assert counts.mean() / num_objects == pytest.approx(0.73, abs=0.1)
    assert counts[:6].max() == 0


@both
def test_an_identity_is_one_unbroken_run_and_never_used_again(make):
    tracks = make().tracks(1, 3000)
    for track_id in np.unique(tracks.track_id):
        frames = tracks.frame[tracks.track_id == track_id]
        assert np.diff(frames).tolist() == [1] * (len(frames) - 1)
    assert tracks.track_id.min() == 1


@both
def test_objects_move_straight_at_5_3_pixels_per_frame(make):
    tracks = make().tracks(1, 3000)
    centre = tracks.box[:, :2] + (tracks.box[:, 2:] - tracks.box[:, :2]) // 2
    ways = []
    for track_id in np.unique(tracks.track_id):
        mine = centre[tracks.track_id == track_id]
        steps = np.arange(len(mine))[:, None]
        if len(mine) > 1:
            line = mine[0] + (mine[-1] - mine[0]) * steps / steps[-1]
            assert np.abs(mine - line).max() <= 1
            ways.append(np.hypot(*(mine[-1] - mine[0])) / steps[-1, 0])
    long = np.array(ways)
    assert len(long) > 250
    assert np.median(long) == pytest.approx(5.3, abs=0.02)


@both
def test_slots_rest_and_are_born_with_probability_a_half(make):
    """Frames from a life to the next: the death, five of rest, trials until a birth."""
    tracks = make().tracks(1, 20_000)
    waits = []
    for slot in range(3):
        mine = tracks.track_id % 3 == (slot + 1) % 3
        frame, life = tracks.frame[mine], tracks.track_id[mine]
        new = np.flatnonzero(np.diff(life)) + 1
        waits.extend((frame[new] - frame[new - 1] - 1 - 6).tolist())
    assert min(waits) == 1
    count = len(waits)
    assert count > 1800
    for trials, share in [(1, 0.5), (2, 0.25), (3, 0.125)]:
        spread = 4 * np.sqrt(count * share * (1 - share))
        assert waits.count(trials) == pytest.approx(count * share, abs=spread)


def test_as_many_objects_as_in_the_published_test_sequences():
    # He et al. (2019) Table 1: all boxes missed is FN 22,219 (digits) and 22,096 (sprites), in
    # 983 and 987 tracks.
    for make, boxes, identities in [(make_digits, 22_219, 983), (make_sprites, 22_096, 987)]:
        tracks = make(seed=11).tracks(0, 10_000)
        assert len(tracks) == pytest.approx(boxes, rel=0.02)
        assert len(np.unique(tracks.track_id)) == pytest.approx(identities, rel=0.03)


@both
def test_tracks_are_the_truth_of_the_clip(make):
    made = make()
    tracks, truth = made.tracks(3, 80), made.clip([3], 0, 80).truth
    assert tracks.num_frames == 80
    for t in range(80):
        here = tracks.frame == t
        present = truth.present[0, t]
        order = np.argsort(truth.track_id[0, t][present])
        np.testing.assert_array_equal(tracks.track_id[here], truth.track_id[0, t][present][order])
        np.testing.assert_array_equal(tracks.box[here], truth.box[0, t][present][order])
    assert len(tracks) == truth.present.sum() > 100
    assert not truth.box[~truth.present].any()
    assert not truth.track_id[~truth.present].any()


@both
def test_frame_ten_million_is_at_hand(make):
    clip = make().clip([0], 10_000_000, 20)
    assert clip.truth.present.any()
    assert clip.truth.track_id.max() > 900_000
    assert clip.frames.any()


@both
def test_memory_stays_bounded_over_ever_new_streams(make, monkeypatch):
    monkeypatch.setattr("animot.data.made.MOST_SLOTS_KEPT", 6)
    made = make()
    first = made.clip(range(4), 0, 30).frames
    for stream in range(50, 60):
        made.clip([stream], 0, 2)
        assert len(made._slots) <= 6
    np.testing.assert_array_equal(made.clip(range(4), 0, 30).frames, first)


@both
def test_what_cannot_be_made_is_refused(make):
    with pytest.raises(InputError, match="seed -1 is out of range"):
        make(seed=-1)
    with pytest.raises(InputError, match="seed 18446744073709551616 is out of range"):
        make(seed=2**64)
    for num_objects in (0, 1001):
        with pytest.raises(InputError, match=f"{num_objects} objects are out of range"):
            make(num_objects=num_objects)
    with pytest.raises(InputError, match="do not suit these objects"):
        make(width=12)
    for first, count in [(-1, 4), (0, 0)]:
        with pytest.raises(InputError, match=f"no {count} frames can be made from frame {first}"):
            make().clip([0], first, count)
    with pytest.raises(InputError, match="no stream -2"):
        make().clip([0, -2], 0, 5)
