"""What teacher and student are taught: which network sees which frame, and what may learn."""

from dataclasses import replace

import pytest
import torch
from some_pairs import IDENTITIES, Rectangles

from animot.atttrack.config import TINY
from animot.atttrack.distillation import attention_loss, feature_loss
from animot.atttrack.lessons import Alignment, OneShotLesson, StudentLesson, true_tracks
from animot.atttrack.student import KeyFrame
from animot.atttrack.track_noise import TrackNoise

NO_NOISE = TrackNoise(jitter=0.0, dropped=0.0, copied=0.0, velocity=0.0, no_transfer=0.0)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def make_teacher():
    torch.manual_seed(0)
    return OneShotLesson(TINY.teacher, IDENTITIES)


def make_lesson(teacher=None, **options):
    teacher = teacher or make_teacher()
    torch.manual_seed(1)
    return StudentLesson(TINY, teacher, Alignment(**options))


def test_a_network_on_its_own_learns_the_second_frame():
    lesson, batch = make_teacher(), Rectangles().batch(0)
    seen = []
    lesson.network.backbone.register_forward_pre_hook(lambda _, x: seen.append(x[0]))
    terms = lesson(batch, generator())
    assert len(seen) == 1
    torch.testing.assert_close(seen[0], batch.images / 255)
    assert set(terms) == {"loss", "heat", "box", "offset", "identity", "detection"}
    terms["loss"].backward()
    assert all(parameter.grad is not None for parameter in lesson.parameters())


def test_a_student_starts_with_its_teachers_heads_and_classifier():
    teacher = make_teacher()
    lesson = make_lesson(teacher)
    ours, theirs = lesson.student.network.heads, teacher.network.heads
    for mine, its in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.equal(mine, its)
        assert mine is not its
    mine, its = lesson.criterion.identity.classifier, teacher.criterion.identity.classifier
    assert torch.equal(mine.weight, its.weight)


def test_teacher_and_classifier_do_not_learn_in_the_students_lesson():
    """Neither weights nor statistics, whatever mode the lesson is in; all the rest does."""
    teacher = make_teacher()
    lesson = make_lesson(teacher, attention=1.0, hints=1.0)
    before = {name: tensor.clone() for name, tensor in teacher.state_dict().items()}
    lesson.train()(Rectangles().batch(0), generator())["loss"].backward()
    assert not teacher.network.training
    for name, tensor in teacher.state_dict().items():
        assert torch.equal(tensor, before[name]), name
    assert all(parameter.grad is None for parameter in teacher.parameters())
    without = {name for name, parameter in lesson.named_parameters() if parameter.grad is None}
    assert without == {f"criterion.identity.classifier.{part}" for part in ("weight", "bias")}
    assert not any("teacher" in name for name in lesson.state_dict())


def test_the_teacher_sees_the_key_frame_and_the_student_the_other():
    """With the features of the key frame carried as a tracker would: the same function."""
    teacher, batch = make_teacher(), Rectangles().batch(0)
    lesson = make_lesson(teacher, features=0.0, noise=NO_NOISE).eval()
    terms = lesson(batch, generator())
    with torch.no_grad():
        key = KeyFrame(
            map=teacher.network.features(batch.images_key), tracks=true_tracks(batch.tracks)
        )
        maps = lesson.student(batch.images, key, batch.gap)
    expected = lesson.criterion.terms(maps, batch.targets)
    assert terms["heat"].item() == pytest.approx(expected.heat.item(), rel=1e-5)
    assert terms["identity"].item() == pytest.approx(expected.identity.item(), rel=1e-5)
    alone = lesson.criterion.terms(lesson.student.network(batch.images), batch.targets)
    assert abs(alone.heat.item() - expected.heat.item()) > 1e-3


def test_carried_features_are_the_same_for_a_batch_of_one():
    """As in tracking, where there is one frame and no row that is no track."""
    batch, student = Rectangles().batch(0), make_lesson().eval().student
    tracks = true_tracks(batch.tracks)
    key = torch.rand(3, 32, 16, 24, generator=generator())
    features = torch.rand(3, 32, 16, 24, generator=generator(1))
    whole = student.assisted(features, KeyFrame(map=key, tracks=tracks), batch.gap)
    for row in range(3):
        here = slice(row, row + 1)
        alone = type(tracks)(**{name: t[here] for name, t in vars(tracks).items()})
        found = student.assisted(
            features[here], KeyFrame(map=key[here], tracks=alone), batch.gap[here]
        )
        assert torch.equal(found[0], whole[row])


def test_without_transfer_the_key_frame_does_not_count():
    lesson, batch = make_lesson(transfer=False).eval(), Rectangles().batch(0)
    other = replace(batch, images_key=255 - batch.images_key)
    assert lesson(batch, generator())["loss"] == lesson(other, generator())["loss"]
    helped = make_lesson(noise=NO_NOISE).eval()
    assert helped(batch, generator())["loss"] != helped(other, generator())["loss"]


def test_alignment_compares_both_networks_in_the_second_frame():
    teacher, batch = make_teacher(), Rectangles().batch(0)
    lesson = make_lesson(
        teacher, features=2.0, object_weight=3.0, attention=5.0, hints=7.0, stages=(3, 4)
    ).eval()
    terms = lesson(batch, generator())
    mine, its = lesson.student.network, teacher.network
    heat = batch.targets.heat_map[:, 0]
    expected = feature_loss(mine.features(batch.images), its.features(batch.images), heat, 3.0)
    torch.testing.assert_close(terms["features"], expected)
    stages = mine.stages(batch.images)[2:], its.stages(batch.images)[2:]
    torch.testing.assert_close(terms["attention"], attention_loss(*stages))
    torch.testing.assert_close(terms["hints"], lesson.hints(*stages))
    task = lesson.criterion.balance(terms["detection"], terms["identity"])
    added = 2 * terms["features"] + 5 * terms["attention"] + 7 * terms["hints"]
    torch.testing.assert_close(terms["loss"], task + added)


def test_terms_without_a_weight_are_left_out():
    lesson = make_lesson(features=0.0)
    assert lesson.hints is None
    assert set(lesson(Rectangles().batch(0), generator())) == {
        "loss", "heat", "box", "offset", "identity", "detection"
    }  # fmt: skip
