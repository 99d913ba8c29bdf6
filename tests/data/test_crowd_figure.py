"""What a made pedestrian looks like."""

import numpy as np
import pytest

from animot.data.crowd_figure import (
    PATTERNS,
    PHASES,
    coverage,
    figure,
    part_colours,
    shadow,
    silhouette,
)

SIZES = [(5, 14), (6, 17), (9, 25), (13, 36), (21, 59)]


def some_colours():
    clothes = np.array([[[150, 110, 90], [200, 30, 40], [20, 60, 180]]], dtype=float)
    return part_colours(clothes)[0]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("mirrored", [False, True])
def test_the_figure_touches_all_sides_in_every_phase(size, mirrored):
    for phase in range(PHASES):
        cover = coverage(size, phase, mirrored)
        assert cover.shape == (size[1], size[0])
        assert cover.min() >= 0
        assert cover.max() <= 1
        for side in (cover[0], cover[-1], cover[:, 0], cover[:, -1]):
            assert side.max() > 0.1
        assert 0.4 < silhouette(size, phase, mirrored).mean() < 0.8


def test_legs_walk_and_the_rest_stays():
    covers = np.stack([coverage((26, 72), phase, False) for phase in range(PHASES)])
    assert (covers[:, :38] == covers[0, :38]).all()
    feet = covers[:, -4:].sum(axis=1) > 0
    widths = [np.ptp(np.flatnonzero(row)) for row in feet]
    assert max(widths) - min(widths) >= 12
    looks = {figure((26, 72), phase, 0, False, some_colours()).tobytes() for phase in range(PHASES)}
    assert len(looks) == 5  # one leg and then the other ahead: by all, by half, or not at all


def test_who_walks_to_the_left_is_the_mirror_image():
    assert (coverage((26, 72), 3, True) == coverage((26, 72), 3, False)[:, ::-1]).all()
    bag = [figure((26, 72), 0, 3, mirrored, some_colours()) for mirrored in (False, True)]
    plain = [figure((26, 72), 0, 0, mirrored, some_colours()) for mirrored in (False, True)]
    right_walker, left_walker = (
        (one != other).any(axis=(0, 2)) for one, other in zip(bag, plain, strict=True)
    )
    assert np.flatnonzero(right_walker).max() < 13 <= np.flatnonzero(left_walker).min()  # the back


def test_clothes_have_their_colours_and_patterns():
    colours = some_colours()
    looks = [figure((26, 72), 0, pattern, False, colours) for pattern in range(PATTERNS)]
    assert len({look.tobytes() for look in looks}) == PATTERNS
    head, upper, lower = looks[0][3, 13], looks[0][20, 13], looks[0][60, 9]
    for shown, part in ((head, 0), (upper, 1), (lower, 3)):
        assert shown.tolist() in (colours[part].tolist(), colours[part + 6].tolist())
    across = looks[1].astype(int).mean(axis=(1, 2))[14:38]
    assert np.ptp(across) > 15
    down = looks[2].astype(int)[14:38].mean(axis=(0, 2))
    assert np.ptp(down) > 15


def test_colours_of_parts():
    colours = part_colours(np.array([[[100, 90, 80], [40, 40, 70], [200, 100, 60]]], dtype=float))
    assert colours.shape == (1, 12, 3)
    assert colours[0, :6].tolist() == [
        [100, 90, 80],
        [40, 40, 70],
        [85, 85, 115],  # dark clothes have lighter stripes
        [200, 100, 60],
        [150, 75, 45],
        [100, 50, 30],
    ]
    assert colours[0, 9].tolist() == [164, 82, 49]


def test_shadows_are_dark_in_the_middle_and_end_softly():
    dark = shadow((22, 9))
    assert dark.shape == (9, 22)
    assert dark[4, 11] == 1
    assert dark[0].max() < 0.1
    assert dark[4, 0] < 0.1
