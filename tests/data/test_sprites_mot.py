"""What sprites look like."""

import numpy as np
import pytest

from animot.data.sprites_mot import COLOURS, SHAPES, SpritesMOT, coverage


def looks(count=4000):
    return SpritesMOT(0)._appear(np.random.default_rng(5), count)


def test_all_shapes_and_colours_occur_alike():
    shape, colour, _, _ = looks().T
    assert np.bincount(shape, minlength=4) == pytest.approx(1000, abs=4 * 27.4)
    assert np.bincount(colour, minlength=6) == pytest.approx(4000 / 6, abs=4 * 23.6)
    together = np.bincount(shape * 6 + colour, minlength=24)
    assert together == pytest.approx(4000 / 24, abs=5 * 12.7)
    assert len(SHAPES) == 4
    assert len(set(COLOURS.values())) == 6


def test_sizes_follow_scale_and_ratio():
    _, _, height, width = looks().T
    assert (height.min(), height.max()) == (17, 25)  # 21 * (0.9 * sqrt(0.8), 1.1 * sqrt(1.2))
    assert (width.min(), width.max()) == (17, 26)  # 21 * (0.9 / sqrt(1.2), 1.1 / sqrt(0.8))
    scale = np.sqrt(height * width) / 21
    assert scale.mean() == pytest.approx(1, abs=0.005)
    assert (scale.min(), scale.max()) == pytest.approx((0.9, 1.1), abs=0.03)
    ratio = height / width
    assert ratio.mean() == pytest.approx(1, abs=0.01)
    assert (ratio.min(), ratio.max()) == pytest.approx((0.8, 1.2), abs=0.06)
    assert ratio.std() == pytest.approx(0.4 / np.sqrt(12), abs=0.012)  # uniform


@pytest.mark.parametrize(
    ("shape", "area"),
    [("circle", np.pi / 4), ("triangle", 1 / 2), ("rectangle", 1), ("diamond", 1 / 2)],
)
def test_coverage_is_that_of_the_shape(shape, area):
    cover = coverage(shape, 23, 18)
    assert cover.shape == (23, 18)
    assert cover.min() >= 0
    assert cover.max() == 1
    assert cover.mean() == pytest.approx(area, abs=0.006)
    np.testing.assert_array_equal(cover, cover[:, ::-1])
    if shape == "triangle":
        assert (np.diff(cover.sum(axis=1)) > 0).all()
    else:
        np.testing.assert_array_equal(cover, cover[::-1])


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_touches_all_sides_of_every_canvas(shape):
    for height in range(17, 26):
        for width in range(17, 27):
            cover = coverage(shape, height, width)
            for side in (cover[0], cover[-1], cover[:, 0], cover[:, -1]):
                assert side.max() * 255 >= 1  # seen in an 8-bit frame


def test_lone_sprites_have_their_pure_colour_inside_and_blend_at_the_edge():
    made = SpritesMOT(3, num_objects=1)
    clip = made.clip(range(40), 0, 30)
    _, appearance = made._objects(range(40), 0, 30)
    colours = tuple(COLOURS.values())
    seen = set()
    for b, t in np.argwhere(clip.truth.present[:, :, 0]):
        shape, colour, height, width = appearance[b, t, 0]
        left, top = clip.truth.box[b, t, 0, :2].astype(int)
        if left < 0 or top < 0 or left + width > 128 or top + height > 128:
            continue
        patch = clip.frames[b, t, top : top + height, left : left + width]
        cover = coverage(SHAPES[shape], height, width)
        expected = cover[:, :, None] * np.array(colours[colour])
        assert np.abs(patch - expected).max() <= 0.5 + 1e-4
        assert patch[height // 2, width // 2].tolist() == list(colours[colour])
        seen.add((shape, colour))
    assert len({shape for shape, _ in seen}) == 4
    assert len({colour for _, colour in seen}) == 6


def test_later_slots_cover_earlier_ones():
    made = SpritesMOT(1, num_objects=4)
    clip = made.clip(range(8), 0, 120)
    _, appearance = made._objects(range(8), 0, 120)
    colours = np.array(tuple(COLOURS.values()))
    crossings = 0
    for b, t in np.ndindex(8, 120):
        slots = np.flatnonzero(clip.truth.present[b, t])
        for upper in slots[1:]:
            x, y = (clip.truth.box[b, t, upper].reshape(2, 2).sum(axis=0) // 2).astype(int)
            boxes = clip.truth.box[b, t]
            under = boxes[slots[slots < upper]]
            over = boxes[slots[slots > upper]]

            def holds(boxes, x=x, y=y):
                left, top, right, bottom = boxes.T
                return ((left <= x) & (x < right) & (top <= y) & (y < bottom)).any()

            if holds(under) and not holds(over):
                expected = colours[appearance[b, t, upper, 1]]
                assert clip.frames[b, t, y, x].tolist() == expected.tolist()
                crossings += 1
    assert crossings > 30


def test_patches_are_blended_into_whatever_lies_below():
    made = SpritesMOT(2)
    ground = np.random.default_rng(0).integers(0, 256, size=(40, 50, 3), dtype=np.uint8)
    image = ground.copy()
    made._draw(image, [0, 3, 23, 19], [11, 7, 30, 30])
    cover = np.zeros((40, 50, 1))
    cover[7:30, 11:30, 0] = coverage("circle", 23, 19)
    expected = (1 - cover) * ground + cover * [255, 255, 0]
    assert np.abs(image - expected).max() <= 0.5 + 1e-4


def test_patches_are_cut_at_the_border_as_they_would_be_in_a_larger_frame():
    made = SpritesMOT(2)
    for shape in range(4):
        look = [shape, 3, 25, 18]
        large, small = (np.zeros((side, side, 3), dtype=np.uint8) for side in (90, 50))
        for left, top in [(-5, -9), (40, 33), (-1, 40), (36, -3)]:
            made._draw(large, look, [left + 20, top + 20, left + 38, top + 45])
            made._draw(small, look, [left, top, left + 18, top + 25])
        np.testing.assert_array_equal(small, large[20:70, 20:70])
        assert small.any()
