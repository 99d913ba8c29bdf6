import numpy as np

from animot.data.cut_out import all_that_differs, whole_things

n, T, H, W = 2, 3, 31, 43


def test_whole_things_have_no_holes_and_leave_specks_behind() -> None:
    background = np.stack([np.full((H, W, 3), level, dtype=np.uint8) for level in (60, 130)])
    frames = np.repeat(background[:, None], T, axis=1)
    expected = np.zeros((n, T, H, W), dtype=bool)
    for clip in range(n):
        for t in range(T):
            top, left = 4 + 5 * clip, 3 + 7 * t
            frames[clip, t, top : top + 12, left : left + 9] = 240
            frames[clip, t, top + 3 : top + 8, left + 2 : left + 6] = background[clip, 0, 0]
            expected[clip, t, top : top + 12, left : left + 9] = True
    frames[:, :, 30, 40] = 0
    np.testing.assert_array_equal(whole_things(frames, background), expected)


def test_all_that_differs_is_each_pixel_with_another_value_in_some_channel() -> None:
    background = np.stack([np.full((H, W, 2), level, dtype=np.uint8) for level in (0, 130)])
    frames = np.repeat(background[:, None], T, axis=1)
    frames[0, 2, 7, 11, 1] = 1
    frames[1, 1, 5, 3, 0] = 129
    assert np.argwhere(all_that_differs(frames, background)).tolist() == [
        [0, 2, 7, 11],
        [1, 1, 5, 3],
    ]
