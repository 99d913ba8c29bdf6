import numpy as np

from animot.report.tally import Tally
from animot.tracks import FrameTracks, stack


def _frame(*identities: int) -> FrameTracks:
    N = len(identities)
    return FrameTracks(
        track_id=np.array(identities, dtype=np.int64), box=np.zeros((N, 4)), confidence=np.ones(N)
    )


def test_frames_boxes_and_tracks_are_counted() -> None:
    tally = Tally()
    for identities in [(), (2, 1), (1,), (2, 5, 4), ()]:
        tally.add(_frame(*identities))
    assert (tally.num_frames, tally.num_boxes, tally.num_tracks) == (5, 6, 4)
    assert str(tally) == "4 tracks, 6 boxes in 5 frames"


def test_a_whole_video_is_counted_alike() -> None:
    frames = [_frame(*identities) for identities in [(), (2, 1), (1,), (2, 5, 4), ()]]
    assert str(Tally.of(stack(frames))) == "4 tracks, 6 boxes in 5 frames"


def test_nothing_found_is_said_with_what_to_try() -> None:
    tally = Tally()
    for _ in range(7):
        tally.add(_frame())
    assert "nothing was found in 7 frames" in str(tally)
    assert "animot learn" in str(tally)


def test_no_frame_at_all_is_no_advice_to_learn() -> None:
    assert str(Tally()) == "stopped before a frame was tracked"
