import pytest
import torch

from animot.atttrack.tracker import AttTrackTracker
from animot.reproduce.atttrack.cells import Training
from animot.reproduce.atttrack.methods import Row
from animot.reproduce.atttrack.networks import Networks
from animot.reproduce.atttrack.remembering import RememberingNetwork
from animot.tracker import track
from tiny_pair import CONFIG, HEIGHT, LOW, WIDTH, network_of, walking, write_run

CPU = torch.device("cpu")
BYTES = 4 * 8 * (HEIGHT // 4) * (WIDTH // 4)  # of the features of one image


def images(count):
    torch.manual_seed(3)
    shape = (count, 1, 3, HEIGHT, WIDTH)
    return list(torch.randint(0, 256, shape, dtype=torch.uint8))


class Counting(torch.nn.Module):
    """Counts how often a backbone is asked."""

    def __init__(self, backbone):
        super().__init__()
        self.backbone, self.asked = backbone, 0

    def forward(self, pixels):
        self.asked += 1
        return self.backbone(pixels)


def counted(most_bytes):
    network = RememberingNetwork(network_of("teacher", CONFIG, 0), most_bytes)
    network.backbone = Counting(network.backbone)
    return network


@torch.inference_mode()
def test_an_image_is_looked_at_once():
    network, plain = counted(10 * BYTES), network_of("teacher", CONFIG, 0)
    shown = images(3)
    for image in [*shown, *shown, shown[1].clone()]:
        assert torch.equal(network.features(image), plain.features(image))
    assert network.backbone.asked == 3


@torch.inference_mode()
def test_no_more_is_remembered_than_may_be():
    network, plain = counted(2 * BYTES), network_of("teacher", CONFIG, 0)
    shown = images(3)
    for image in [*shown, *shown]:
        assert torch.equal(network.features(image), plain.features(image))
    assert network.backbone.asked == 4


@pytest.fixture
def networks(tmp_path, monkeypatch):
    monkeypatch.setattr("animot.atttrack.pair.ASSOCIATION", LOW)
    for seed in (1, 2):
        teacher = Training(role="teacher", seed=seed)
        teacher.folder(tmp_path).mkdir(parents=True)
        digest = write_run(teacher.run(tmp_path), "teacher")
        for role in ("student", "plain"):
            student = Training(role=role, seed=seed)
            student.folder(tmp_path).mkdir(parents=True)
            given = {"teacher": digest} if role == "student" else {}
            write_run(student.run(tmp_path), role, seed=7, **given)
    return Networks(tmp_path, CPU)


@pytest.mark.parametrize("row", [Row(name="atttrack", every=3), Row(name="naive-mix", every=2)])
def test_tracks_are_the_same(networks, row):
    expected = track(AttTrackTracker(networks.pair(row, 1)), walking(9))
    assert len(expected)
    for _ in range(2):
        tracks = track(AttTrackTracker(networks.remembering_pair(row, 1)), walking(9))
        for name in ("frame", "track_id", "box", "confidence"):
            assert (getattr(tracks, name) == getattr(expected, name)).all()


def test_the_teacher_and_the_last_student_remember(networks):
    first = networks.remembering_pair(Row(name="atttrack", every=3), 1)
    longer = networks.remembering_pair(Row(name="atttrack", every=5), 1)
    assert longer.teacher is first.teacher
    assert longer.student.network is first.student.network
    assert longer.student.fusion is networks.pair(Row(name="aligned"), 1).student.fusion
    other = networks.remembering_pair(Row(name="naive-mix", every=3), 1)
    assert other.teacher is first.teacher
    assert other.student.network is not first.student.network
    networks.remembering_pair(Row(name="student"), 1)
    again = networks.remembering_pair(Row(name="atttrack", every=3), 1)
    assert again.teacher is first.teacher
    assert again.student.network is not first.student.network
    assert networks.remembering_pair(Row(name="teacher"), 2).teacher is not first.teacher


def test_what_is_timed_remembers_nothing(networks):
    networks.remembering_pair(Row(name="atttrack", every=3), 1)
    pair = networks.pair(Row(name="atttrack", every=3), 1)
    assert not isinstance(pair.teacher, RememberingNetwork)
    assert not isinstance(pair.student.network, RememberingNetwork)
