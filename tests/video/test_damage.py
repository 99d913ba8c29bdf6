from pathlib import Path

import pytest

from animot.errors import InputWarning
from animot.video.damage import Announcement, Damage


@pytest.mark.parametrize(
    ("frames", "seconds", "exceeds"),
    [
        pytest.param(None, None, False, id="nothing announced"),
        pytest.param(100, 4.0, False, id="as announced"),
        pytest.param(90, 3.0, False, id="more than announced"),
        pytest.param(102, None, False, id="a little less is no damage"),
        pytest.param(150, None, True, id="frames missing"),
        pytest.param(None, 6.0, True, id="seconds missing"),
        pytest.param(150, 6.0, True, id="both missing"),
        pytest.param(150, 4.0, False, id="hidden frames"),
        pytest.param(100, 6.0, False, id="uneven times"),
    ],
)
def test_announcement_against_100_frames_in_4_seconds(
    frames: int | None, seconds: float | None, exceeds: bool
) -> None:
    announced = Announcement(frames=frames, seconds=seconds)
    assert announced.exceeds(100, 99 / 25, fps=25.0) == exceeds


def test_no_fault_no_warning() -> None:
    damage = Damage(Path("v.mp4"))
    damage.frame()
    damage.warn(breaks_off=False)


def test_all_faults_are_said_in_one_line_with_the_first_frame_of_each() -> None:
    damage = Damage(Path("v.mp4"))
    for index in range(7):
        if index in {2, 5}:
            damage.damaged()
        if index in {3, 4}:
            damage.resized()
        damage.frame()
    damage.broken_off()
    with pytest.warns(InputWarning) as caught:
        damage.warn(breaks_off=False)
    assert [str(warning.message) for warning in caught] == [
        "v.mp4: the video is damaged from frame 2 on and breaks off after 7 frames, and is used "
        "as far as it decodes; it changes its frame size at frame 3, and its frames are resized "
        "to the size of the first"
    ]
