"""The released generator's rules of birth, motion and death."""

import numpy as np
import pytest

from animot.data.motion import SPEED, Arena, Slot, centres, draw_paths, frames_inside
from animot.errors import InputError

ARENA = Arena(height=101, width=131, margin=7)


def plain_look(random, count):
    return random.integers(1000, size=(count, 2))


def make_slot(seed=3, stream=5, slot=1, arena=ARENA):
    return Slot(seed, stream, slot, arena, plain_look)


def runs(window):
    """First frame and length of every life in a window that starts and ends empty."""
    edges = np.diff(window.present.astype(int), prepend=0, append=0)
    first, end = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return first, end - first


def test_paths_lead_from_one_side_of_the_inner_rectangle_to_the_opposite_one():
    paths = draw_paths(np.random.default_rng(0), 2000, ARENA)
    near, far = np.array([7, 7]), np.array([123, 93])
    assert (paths.start >= near).all()
    assert (paths.start <= far).all()
    sides = []
    for start, velocity in zip(paths.start, paths.velocity, strict=True):
        reached = []
        for axis in (0, 1):
            if start[axis] not in (near[axis], far[axis]):
                continue
            goal = near[axis] + far[axis] - start[axis]
            across = 1 - axis
            if velocity[axis] * (goal - start[axis]) <= 0:
                continue
            time = (goal - start[axis]) / velocity[axis]
            place = start[across] + time * velocity[across]
            if near[across] - 1e-9 <= place <= far[across] + 1e-9:
                assert place == pytest.approx(round(place))  # the goal is a pixel, too
                reached.append((axis, int(start[axis])))
        assert reached
        sides.append(reached[0])
    for side in [(0, 7), (0, 123), (1, 7), (1, 93)]:
        assert sides.count(side) == pytest.approx(500, abs=4 * np.sqrt(2000 * 0.25 * 0.75) + 40)


def test_speed_is_exactly_5_3_pixels_per_frame():
    paths = draw_paths(np.random.default_rng(1), 500, ARENA)
    assert SPEED == 5.3
    np.testing.assert_allclose(np.hypot(*paths.velocity.T), 5.3, rtol=1e-14)


def test_rounded_centres_follow_the_straight_line():
    start, velocity = np.array([[9, 40]]), np.array([[5.3 * 0.8, -5.3 * 0.6]])
    steps = np.arange(19)
    many = np.repeat(start, 19, axis=0), np.repeat(velocity, 19, axis=0)
    exact = many[0] + steps[:, None] * velocity
    rounded = centres(*many, steps)
    assert np.abs(rounded - exact).max() <= 0.5
    assert rounded[0].tolist() == [9, 40]
    assert rounded[3].tolist() == [22, 30]  # 9 + 12.72, 40 - 9.54


def test_halves_go_away_from_the_start_in_both_directions():
    start, velocity = np.array([[20, 20], [20, 20]]), np.array([[5.3, 0.0], [-5.3, 0.0]])
    assert centres(start, velocity, np.array([5, 5])).tolist() == [[47, 20], [-7, 20]]


@pytest.mark.parametrize(
    ("height", "width", "margin"), [(128, 128, 10), (128, 128, 9), (67, 31, 2), (40, 400, 3)]
)
def test_a_life_ends_when_the_rounded_centre_is_outside(height, width, margin):
    arena = Arena(height=height, width=width, margin=margin)
    paths = draw_paths(np.random.default_rng(2), 300, arena)
    lengths = frames_inside(paths.start, paths.velocity, arena)
    np.testing.assert_array_equal(lengths, paths.num_frames)
    for start, velocity, length in zip(paths.start, paths.velocity, lengths, strict=True):
        step = 0
        while True:
            x, y = centres(start[None], velocity[None], np.array([step]))[0]
            inside = margin <= x <= width - 1 - margin and margin <= y <= height - 1 - margin
            if not inside:
                break
            step += 1
        assert length == step


def test_lengths_that_end_on_half_a_pixel_agree_with_the_rounding():
    # 5 steps of 5.3 are 26.5 pixels: half a pixel beyond a rectangle of 26.
    arena = Arena(height=33, width=33, margin=3)
    start, velocity = np.array([[3, 12], [29, 12]]), np.array([[5.3, 0.0], [-5.3, 0.0]])
    assert frames_inside(start, velocity, arena).tolist() == [5, 5]


def test_a_slot_waits_5_frames_and_is_then_born_with_probability_a_half():
    window = make_slot().window(0, 60_000)
    first, length = runs(window)
    empty = first[1:] - (first + length)[:-1]
    waits = empty - 1 - 5  # the frame of the death, five of rest; left are the trials
    assert first[0] >= 6
    assert waits.min() == 1
    count = len(waits)
    assert count > 1500
    for trials, share in [(1, 0.5), (2, 0.25), (3, 0.125)]:
        spread = 4 * np.sqrt(count * share * (1 - share))
        assert (waits == trials).sum() == pytest.approx(count * share, abs=spread)


def test_the_first_birth_comes_after_5_frames_too():
    firsts = [runs(make_slot(stream=stream).window(0, 50))[0][0] for stream in range(400)]
    assert min(firsts) == 6  # 5 frames of rest, born in the sixth, drawn in the next
    assert firsts.count(6) == pytest.approx(200, abs=4 * 10)


def test_an_object_keeps_its_number_look_and_line_through_its_life():
    slot = make_slot()
    window = slot.window(0, 5000)
    first, length = runs(window)
    for number, (begin, frames) in enumerate(zip(first[:-1], length[:-1], strict=True)):
        life = slice(begin, begin + frames)
        assert (window.number[life] == number).all()
        assert (window.appearance[life] == window.appearance[begin]).all()
        steps = np.diff(window.centre[life].astype(float), axis=0)
        assert np.hypot(*steps.T) == pytest.approx(5.3, abs=np.sqrt(2))
        way = window.centre[life.stop - 1] - window.centre[begin]
        assert np.hypot(*way) == pytest.approx(5.3 * (frames - 1), abs=np.sqrt(0.5))
        assert (window.centre[life] >= 7).all()
        assert (window.centre[life] <= [123, 93]).all()


def test_a_frame_does_not_depend_on_what_was_asked_before():
    whole = make_slot().window(0, 130_000)  # more than two chunks of lives
    assert (whole.number > 2 * 2048).any()
    other = make_slot()
    for begin, frames in [(129_000, 900), (5, 1), (64_000, 4000), (0, 7), (100_000, 3000)]:
        part = other.window(begin, frames)
        here = slice(begin, begin + frames)
        np.testing.assert_array_equal(part.present, whole.present[here])
        for column in ("number", "centre", "appearance"):
            expected = getattr(whole, column)[here][part.present]
            np.testing.assert_array_equal(getattr(part, column)[part.present], expected)


def test_a_window_may_end_where_a_chunk_ends():
    slot = make_slot()
    slot.window(0, 1)
    border = slot._begins[1]
    before = make_slot().window(border - 30, 30)
    beyond = make_slot().window(border - 30, 60)
    np.testing.assert_array_equal(before.present, beyond.present[:30])
    assert not beyond.present[30:36].any()  # the next chunk's first object is not yet born
    assert make_slot().window(border, 3).present.tolist() == [False] * 3


def test_the_rests_between_chunks_are_as_all_others():
    firsts = []
    for stream in range(30):
        window = make_slot(stream=stream).window(55_000, 15_000)
        last, first = (np.flatnonzero(window.present & (window.number == n)) for n in (2047, 2048))
        firsts.append(first[0] - last[-1] - 1)
    assert min(firsts) == 7  # the death, five frames of rest, a birth at the first trial
    assert np.mean(firsts) == pytest.approx(8, abs=4 * np.sqrt(2 / 30))


def test_chunks_differ():
    first, length = runs(make_slot().window(0, 130_000))
    starts, lengths = np.diff(first), length[:-1]
    assert (starts[:2000] != starts[2048:4048]).mean() > 0.5
    assert (lengths[:2000] != lengths[2048:4048]).mean() > 0.5


@pytest.mark.parametrize("other", [{"seed": 4}, {"stream": 6}, {"slot": 2}])
def test_seeds_streams_and_slots_live_different_lives(other):
    one, two = make_slot().window(0, 200), make_slot(**other).window(0, 200)
    again = make_slot().window(0, 200)
    np.testing.assert_array_equal(one.centre, again.centre)
    assert (one.present != two.present).any()
    assert (
        one.appearance[one.present & two.present] != two.appearance[one.present & two.present]
    ).any()


@pytest.mark.parametrize(("height", "width"), [(15, 131), (101, 15), (101, 4097)])
def test_frames_that_do_not_suit_are_refused(height, width):
    with pytest.raises(InputError, match=f"{width}x{height} pixels do not suit"):
        Arena(height=height, width=width, margin=7)
    assert Arena(height=16, width=4096, margin=7).far.tolist() == [4088, 8]
