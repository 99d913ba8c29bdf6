"""Which frames are key frames, and what the adaptive rule may cost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from animot.atttrack.policy import (
    POLICIES,
    Adaptive,
    Every,
    Policy,
    Rhythm,
    Surprise,
    policy_named,
)
from animot.errors import InputError

CALM = Surprise()


def keys_of(policy, surprises):
    """Which frames are key frames where they surprise so."""
    rhythm, keys = Rhythm(), []
    for surprise in surprises:
        keys.append(policy.is_key(rhythm))
        rhythm = rhythm.after(key=keys[-1], surprise=surprise, window=policy.window)
    return keys


def test_key_frames_come_at_every_kth_frame():
    for name in ("naive-mix", "layerwise", "atttrack"):
        keys = keys_of(policy_named(name, 3), [CALM] * 8)
        assert keys == [True, False, False] * 2 + [True, False]


def test_only_what_attention_transfer_is_about_is_carried():
    carries = {name: policy_named(name, 3).carries for name in POLICIES}
    assert {name for name, carried in carries.items() if carried} == {"atttrack", "adaptive"}
    assert all(isinstance(policy_named(name, 3), Policy) for name in POLICIES)


def test_one_network_for_all_frames():
    assert keys_of(policy_named("teacher", 3), [CALM] * 4) == [True] * 4
    assert keys_of(policy_named("student", 3), [CALM] * 4) == [False] * 4


@pytest.mark.parametrize("name", ["naive-mix", "layerwise", "atttrack", "adaptive"])
def test_a_period_of_1_is_the_teacher_alone(name):
    assert keys_of(policy_named(name, 1), [CALM, Surprise(births=1), CALM] * 4) == [True] * 12


@pytest.mark.parametrize("surprise", [Surprise(births=1), Surprise(lost=0.11)])
def test_the_frame_after_a_surprise_is_a_key_frame(surprise):
    keys = keys_of(Adaptive(period=5), [CALM, CALM, surprise, CALM, CALM])
    assert keys == [True, False, False, True, False]


def test_surprises_right_after_a_key_frame_do_not_count():
    keys = keys_of(Adaptive(period=5), [Surprise(births=1), Surprise(births=1), CALM, CALM])
    assert keys == [True, False, False, False]


def test_calm_frames_are_the_students_up_to_a_limit():
    keys = keys_of(Adaptive(period=3), [Surprise(lost=0.1)] * 12)
    assert keys == ([True] + [False] * 4) * 2 + [True, False]


@given(
    period=st.integers(1, 5),
    surprises=st.lists(
        st.sampled_from([CALM, Surprise(births=2), Surprise(lost=1.0)]), max_size=90
    ),
)
def test_no_window_has_more_key_frames_than_it_may(period, surprises):
    keys = keys_of(Adaptive(period=period), surprises)
    window = 3 * period
    assert all(sum(keys[start : start + window]) <= 3 for start in range(len(keys)))


def test_the_whole_budget_is_used_where_all_is_new():
    """Key frames are 2 frames apart until 3 of 12 are used up."""
    keys = keys_of(Adaptive(period=4), [Surprise(births=3)] * 24)
    assert [n for n, key in enumerate(keys) if key] == [0, 2, 4, 12, 14, 16]


@pytest.mark.parametrize("name", POLICIES)
def test_periods_that_are_none_are_refused(name):
    for period in (0, -3):
        with pytest.raises(InputError, match="give 1 or more"):
            policy_named(name, period)
    with pytest.raises(InputError):
        Every(period=0, carries=True)


def test_names_that_are_none_are_refused():
    with pytest.raises(InputError, match="give one of teacher, student, naive-mix"):
        policy_named("mix", 4)
