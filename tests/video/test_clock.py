import pytest

from animot.video.clock import FrameClock


@pytest.mark.parametrize(
    ("stamps", "times"),
    [
        pytest.param([7.0, 7.1, 7.2], [0, 0.1, 0.2], id="counted from the first frame"),
        pytest.param([-3.0, -2.5, 9.0], [0, 0.5, 12], id="uneven, as in variable frame rate"),
        pytest.param([None, None, None], [0, 0.25, 0.5], id="no time stamps: one period each"),
        pytest.param([1.0, None, 1.75], [0, 0.25, 0.75], id="one missing"),
        pytest.param([None, 6.0, 6.5], [0, 0.25, 0.75], id="first one missing"),
        pytest.param([1.0, 1.5, 1.5, 2.0], [0, 0.5, 0.5, 1.0], id="duplicate"),
        pytest.param([1.0, 2.0, 1.5, 2.5], [0, 1.0, 1.0, 1.5], id="jitter: repeats"),
        pytest.param([5.0, 9.0, 0.5, 1.5], [0, 4.0, 4.25, 5.25], id="clock set anew: goes on"),
    ],
)
def test_times_from_time_stamps(stamps: list[float | None], times: list[float]) -> None:
    clock = FrameClock(fps=4.0)
    assert [clock(stamp) for stamp in stamps] == pytest.approx(times)
