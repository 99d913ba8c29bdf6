"""The linear mix, and what the supplement prints."""

import pytest
from made_scores import counts, scored

from animot.reproduce.atttrack.bootstrap import sample_scores
from animot.reproduce.atttrack.mixture import linear_mix, linear_speed
from animot.reproduce.atttrack.published import PRINTED


def mota(percent):
    """A sample of two sequences with this MOTA each."""
    one = counts(1000, 0, round(1000 - 10 * percent), 0)
    return sample_scores([scored("student", one, one)])["MOTA"]


def test_of_three_frames_one_is_the_teachers():
    mixed = linear_mix(mota(64.2), mota(55.5), 3)
    assert mixed.value == pytest.approx((0.642 + 0.555 + 0.555) / 3)
    assert linear_mix(mota(64.2), mota(55.5), 1).value == pytest.approx(0.642)


def test_a_mix_is_of_pairs_too():
    teacher = sample_scores([scored("teacher", counts(100, 0, 10, 0), counts(100, 0, 30, 0))])
    student = sample_scores([scored("student", counts(100, 0, 40, 0), counts(100, 0, 20, 0))])
    mixed = linear_mix(teacher["MOTA"], student["MOTA"], 2)
    assert mixed.interval == pytest.approx((0.75, 0.75))  # (0.9 + 0.6) / 2 = (0.7 + 0.8) / 2


def test_speed_of_a_mix_is_that_of_its_times():
    assert linear_speed(10.0, 40.0, 3) == pytest.approx(3 / 0.15)  # 0.1 + 2 x 0.025 s


@pytest.mark.parametrize("data", PRINTED)
def test_printed_speeds_are_those_of_one_teacher_frame_in_k(data):
    """As the specification derives: within 2.5 % of K / (t_T + (K - 1) t_S)."""
    printed = PRINTED[data]
    assert set(printed.turns) == {"atttrack", "layerwise", "naive-mix"}
    for by_period in printed.turns.values():
        assert list(by_period) == [2, 3, 4, 5, 6]
        for every, (score, fps) in by_period.items():
            expected = linear_speed(printed.teacher[1], printed.student[1], every)
            assert fps == pytest.approx(expected, rel=0.026)
            assert printed.student[0] - 0.5 <= score < printed.teacher[0]


def test_printed_differences_are_those_that_the_text_names():
    """1.6 % from K = 2 to 6 on MOT15, and 3.4 % on MOT17."""
    for data, fall in (("MOT15", 1.6), ("MOT17", 3.4)):
        ours = PRINTED[data].turns["atttrack"]
        assert ours[2][0] - ours[6][0] == pytest.approx(fall)
