"""Which networks go together, and which policy they need."""

from dataclasses import replace

import pytest

from animot.atttrack.pair import make_pair
from animot.atttrack.policy import Always, Every
from animot.errors import InputError
from tiny_pair import CONFIG, SMALL, trained

TEACHER = trained("teacher", sha256="t")
STUDENTS = {
    role: trained(role, teacher="t" if role != "plain" else None)
    for role in ("plain", "aligned", "layerwise", "student")
}


@pytest.mark.parametrize(
    ("role", "carries"),
    [("plain", False), ("aligned", False), ("layerwise", False), ("student", True)],
)
def test_what_a_student_has_learned_is_what_it_does(role, carries):
    pair = make_pair(TEACHER, STUDENTS[role], period=3)
    assert pair.policy == Every(period=3, carries=carries)
    assert pair.teacher is TEACHER.network
    assert pair.student is STUDENTS[role].network


def test_a_network_alone_looks_at_all_frames():
    assert make_pair(TEACHER, None).policy == Always(teacher=True)
    assert make_pair(None, STUDENTS["student"]).policy == Always(teacher=False)
    assert make_pair(TEACHER, STUDENTS["student"], "student").policy == Always(teacher=False)


@pytest.mark.parametrize("policy", ["naive-mix", "layerwise", "atttrack", "adaptive"])
def test_a_policy_that_lacks_a_network_is_refused(policy):
    with pytest.raises(InputError, match=f"{policy} needs a student; .*--student"):
        make_pair(TEACHER, None, policy)
    with pytest.raises(InputError, match=f"{policy} needs a teacher; .*--model"):
        make_pair(None, STUDENTS["student"], policy)


@pytest.mark.parametrize(("alone", "policy"), [("teacher", "student"), ("student", "teacher")])
def test_a_network_does_not_stand_in_for_the_other(alone, policy):
    networks = (TEACHER, None) if alone == "teacher" else (None, STUDENTS["student"])
    with pytest.raises(InputError, match=f"needs a {policy}"):
        make_pair(*networks, policy)


@pytest.mark.parametrize(
    ("policy", "role"),
    [("atttrack", "plain"), ("adaptive", "layerwise"), ("layerwise", "student")],
)
def test_a_student_that_has_learned_otherwise_is_refused(policy, role):
    with pytest.raises(InputError, match=f"has learned as {role}; .*--policy"):
        make_pair(TEACHER, STUDENTS[role], policy)


def test_students_take_turns_with_any_teacher_but_are_helped_by_their_own():
    other = trained("teacher", seed=5, sha256="another")
    assert make_pair(other, STUDENTS["student"], "naive-mix").policy.carries is False
    with pytest.raises(InputError, match="another teacher"):
        make_pair(other, STUDENTS["student"])


@pytest.mark.parametrize("name", ["feature_size", "embedding_size", "head_size"])
def test_networks_of_other_sizes_are_refused(name):
    wide = replace(SMALL, **{name: 16})
    other = trained("teacher", replace(CONFIG, teacher=wide, student=wide), sha256="t")
    with pytest.raises(InputError, match=f"teacher's {name} is 16, the student's 8"):
        make_pair(other, STUDENTS["student"])


def test_networks_for_other_frames_are_refused():
    other = trained("teacher", replace(CONFIG, frame_size=(32, 96)), sha256="t")
    with pytest.raises(InputError, match="frames of 96x32 pixels, the student of 96x64"):
        make_pair(other, STUDENTS["student"])


def test_names_and_periods_are_checked_first():
    with pytest.raises(InputError, match="no policy mixed"):
        make_pair(TEACHER, None, "mixed")
    with pytest.raises(InputError, match="0-th frame"):
        make_pair(TEACHER, STUDENTS["student"], period=0)
