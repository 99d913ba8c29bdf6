import numpy as np

from animot.association.stages import UNMATCHED, Stage, match


def stage(gain, tracks=None, detections=None):
    gain = np.array(gain, dtype=float)
    return Stage(
        tracks=np.array([True] * len(gain) if tracks is None else tracks, dtype=bool),
        detections=np.array(
            [True] * gain.shape[1] if detections is None else detections, dtype=bool
        ),
        gain=lambda rows, columns: gain[rows[:, None], columns],
    )


def test_later_stages_get_what_earlier_ones_left():
    first = stage([[0.1, 0, 0], [0, 0, 0]])
    second = stage([[0, 0, 9], [9, 0, 1]])  # track 0 and detection 0 are taken by now
    assert match([first, second], 2, 3).tolist() == [0, 2]
    assert match([second], 2, 3).tolist() == [2, 0]


def test_who_takes_no_part_is_not_matched():
    gain = [[5, 4], [3, 2], [1, 1]]
    assert match([stage(gain, tracks=[False, True, False])], 3, 2).tolist() == [UNMATCHED, 0, -1]
    assert match([stage(gain, detections=[False, True])], 3, 2).tolist() == [1, -1, -1]


def test_nothing_to_match():
    assert match([], 2, 3).tolist() == [UNMATCHED] * 2
    assert match([stage(np.zeros((0, 3)))], 0, 3).tolist() == []
    assert match([stage(np.zeros((2, 0)))], 2, 0).tolist() == [UNMATCHED] * 2
