import numpy as np

from animot.report.overlay import colour_of, draw
from animot.tracks import FrameTracks

IMAGE = np.full((90, 130, 3), 7, dtype=np.uint8)


def _objects(box: list[float], track_id: int = 4) -> FrameTracks:
    return FrameTracks(
        track_id=np.array([track_id]), box=np.array([box]), confidence=np.array([0.9])
    )


def test_the_box_is_drawn_on_its_border_pixels() -> None:
    drawn = draw(IMAGE, _objects([20.0, 30.0, 60.0, 70.0]))
    colour = list(colour_of(4))
    assert drawn[50, 20].tolist() == colour
    assert drawn[50, 59].tolist() == colour
    assert drawn[69, 40].tolist() == colour
    assert drawn[50, 60].tolist() == [7, 7, 7]
    assert drawn[70, 40].tolist() == [7, 7, 7]
    assert drawn[50, 40].tolist() == [7, 7, 7]


def test_the_frame_itself_stays_as_it_is() -> None:
    before = IMAGE.copy()
    draw(IMAGE, _objects([20.0, 30.0, 60.0, 70.0]))
    assert np.array_equal(IMAGE, before)


def test_boxes_beyond_the_border_are_cut() -> None:
    drawn = draw(IMAGE, _objects([-20.0, -30.0, 200.0, 170.0]))
    assert drawn.shape == IMAGE.shape


def test_an_identity_keeps_its_colour_and_its_neighbours_have_others() -> None:
    assert colour_of(12) == colour_of(12)
    distances = [np.abs(np.subtract(colour_of(n), colour_of(n + 1))).max() for n in range(1, 40)]
    assert min(distances) > 60
