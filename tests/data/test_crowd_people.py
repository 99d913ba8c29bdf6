"""Where the people of a made crowd go."""

import numpy as np
import pytest

from animot.data.crowd_difficulty import CrowdDifficulty
from animot.data.crowd_ground import ASPECT, draw_obstacles, perspective_of
from animot.data.crowd_people import BORDERS, draw_people, join_people, longest_life

COUNT = 3000
DIFFICULTY = CrowdDifficulty(speed=(0.05, 0.15), stature=0.2, hiding=0.25, outfits=4, personal=30.0)
VIEW = perspective_of(DIFFICULTY, 150, 271)
OBSTACLES = draw_obstacles(np.random.default_rng(1), 3, VIEW, 0.2)
OUTFITS = np.random.default_rng(2).uniform(20, 200, (4, 3, 3))


def people(difficulty=DIFFICULTY, obstacles=OBSTACLES, seed=5, count=COUNT):
    random = np.random.default_rng(seed)
    return draw_people(random, count, VIEW, obstacles, OUTFITS, difficulty)


def gates_of(feet, stature):
    """Which gate each place is at: 0 left, 1 right, 2 below, 3 and on behind obstacles."""
    x, y = feet.T
    width = ASPECT * VIEW.height_at(y) * stature
    gate = np.full(len(x), -1)
    gate[x + width / 2 < 0] = 0
    gate[x - width / 2 > VIEW.width] = 1
    gate[y - VIEW.height_at(y) * stature > VIEW.height] = 2
    for number, (left, _, right, bottom) in enumerate(OBSTACLES.tolist()):
        behind = (x - width / 2 >= left - 1) & (x + width / 2 <= right + 1) & (y < bottom)
        gate[behind & (y > bottom - 4)] = BORDERS + number
    return gate


def test_ways_lead_from_one_gate_to_another():
    persons = people()
    start, end = (gates_of(feet, persons.stature) for feet in (persons.start, persons.end))
    assert start.min() >= 0
    assert end.min() >= 0
    assert (start != end).all()
    for gate in (start, end):
        assert set(gate.tolist()) == set(range(BORDERS + 3))
    assert (start >= BORDERS).mean() == pytest.approx(0.25, abs=0.04)
    assert (start == 2).mean() == pytest.approx(0.16 * 0.75, abs=0.03)


def test_without_obstacles_nobody_hides():
    persons = people(obstacles=np.zeros((0, 4), dtype=int))
    gates = np.stack([gates_of(f, persons.stature) for f in (persons.start, persons.end)])
    assert set(gates.ravel().tolist()) == {0, 1, 2}


def test_speeds_are_in_body_heights():
    persons = people(DIFFICULTY)
    height = np.stack([VIEW.height_at(persons.start[:, 1]), VIEW.height_at(persons.end[:, 1])])
    height = height.mean(axis=0) * persons.stature
    speed = np.hypot(*(persons.end - persons.start).T) / persons.num_frames / height
    long = persons.num_frames > 30
    assert long.mean() > 0.7
    assert speed[long].min() == pytest.approx(0.05, abs=0.002)
    assert speed[long].max() == pytest.approx(0.15, abs=0.006)
    assert speed[long].mean() == pytest.approx(0.1, abs=0.006)
    assert (persons.gait / 0.1).mean() == pytest.approx(1.25, abs=0.02)  # strides of 0.8 heights


def test_nobody_walks_longer_than_the_longest_life():
    persons = people(CrowdDifficulty(speed=(0.05, 0.05), stature=0.5, hiding=0.0))
    longest = longest_life(VIEW, CrowdDifficulty(speed=(0.05, 0.05), stature=0.5))
    assert 0.2 * longest < persons.num_frames.max() <= longest
    assert persons.num_frames.min() >= 1


def bulge(way, part):
    """How far parts of ways lie beside the straight line, as a share of its length."""
    return (way[:, 0] * part[:, 1] - way[:, 1] * part[:, 0]) / np.hypot(*way.T) ** 2


def test_ways_are_bent_and_keep_their_ends():
    persons = people(DIFFICULTY)
    every = np.arange(COUNT)
    assert persons.feet(0 * every) == pytest.approx(persons.start)
    assert persons.feet(persons.num_frames) == pytest.approx(persons.end)
    half = persons.feet(persons.num_frames // 2)
    way = persons.end - persons.start
    across = bulge(way, half - persons.start)
    assert np.abs(across).max() == pytest.approx(DIFFICULTY.bend, rel=0.1)
    assert across.std() > 0.05
    straight = people(CrowdDifficulty(bend=0.0))
    half = straight.feet(straight.num_frames // 2)
    way = straight.end - straight.start
    ahead = np.maximum(half[:, 1], VIEW.horizon) - half[:, 1]
    across = bulge(way, half - straight.start)
    assert np.abs(across[ahead == 0]).max() < 1e-9


def test_statures_and_delays():
    persons = people(DIFFICULTY)
    assert (persons.stature.min(), persons.stature.max()) == pytest.approx((0.8, 1.2), abs=0.002)
    assert (persons.delay.min(), persons.delay.max()) == pytest.approx((0, 1), abs=0.002)


def test_many_wear_the_same_and_look_almost_alike():
    persons = people(DIFFICULTY)
    assert np.bincount(persons.outfit, minlength=4) / COUNT == pytest.approx(0.25, abs=0.04)
    for outfit in range(4):
        upper = persons.colours[persons.outfit == outfit, 1].astype(float)
        expected = OUTFITS[outfit, 1]
        assert np.ptp(upper, axis=0).max() <= 31
        assert np.ptp(upper, axis=0).min() > 25
        assert upper.mean(axis=0) == pytest.approx(expected, abs=2)
    for patterns in (1, 3):
        worn = people(CrowdDifficulty(patterns=patterns)).pattern
        assert set(worn.tolist()) == set(range(patterns))
    twins = people(CrowdDifficulty(personal=0.0))
    assert len(np.unique(twins.colours.reshape(COUNT, -1), axis=0)) == 4


def test_joining_and_picking():
    one, other = people(count=7), people(seed=6, count=5)
    both = join_people([one, other])
    assert len(both.delay) == 12
    some = both.pick(np.array([8, 1]))
    assert (some.start == np.stack([other.start[1], one.start[1]])).all()
    assert (some.colours[0] == other.colours[1]).all()
