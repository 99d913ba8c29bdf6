"""What teacher and student are taught, each as a module that makes a loss out of a batch."""

from dataclasses import dataclass, field

import torch
from torch import Generator, Tensor, nn

from animot.atttrack.config import AttTrackConfig, NetworkConfig
from animot.atttrack.criterion import OneShotLoss, OneShotTerms
from animot.atttrack.distillation import Hints, Likeness, attention_loss, feature_loss
from animot.atttrack.fusion import key_map
from animot.atttrack.map_tracks import MapTracks, to_map
from animot.atttrack.network import OneShotNetwork
from animot.atttrack.pairs import KeyTracks, PairBatch
from animot.atttrack.student import KeyFrame, Student
from animot.atttrack.track_noise import TrackNoise, disturb

Terms = dict[str, Tensor]


class OneShotLesson(nn.Module):
    """A network on its own learns to detect and to tell apart: the teacher, or a plain student.

    Parameters
    ----------
    config : of the network.
    num_identities : of the sequences that are learned from.
    """

    def __init__(self, config: NetworkConfig, num_identities: int) -> None:
        super().__init__()
        self.network = OneShotNetwork(config)
        self.criterion = OneShotLoss(config.embedding_size, num_identities)

    def forward(self, batch: PairBatch, _: Generator) -> Terms:
        """Loss of the second frame of each pair, "loss", and its terms."""
        terms = self.criterion.terms(self.network(batch.images), batch.targets)
        return {"loss": self.criterion.total(terms)} | _named(terms)


@dataclass(frozen=True, kw_only=True)
class Alignment:
    """How a student is drawn to its teacher; weights of 0 leave a term out.

    Attributes
    ----------
    transfer : the student learns with what is carried from key frames, as in AttTrack; off: alone.
    features : l_f, weight of L_feat at the input of the heads.
    object_weight : g, by how much cells of objects count more in it.
    likeness : of features in it.
    attention : l_a, weight of L_AT.
    hints : weight of the hints (Layerwise).
    stages : of the backbone that L_AT and hints compare, 1 to 4.
    noise : on the true tracks along which features are carried.
    """

    transfer: bool = True
    features: float = 1.0
    object_weight: float = 4.0
    likeness: Likeness = "l2"
    attention: float = 0.0
    hints: float = 0.0
    stages: tuple[int, ...] = (2, 3, 4)
    noise: TrackNoise = field(default_factory=TrackNoise)


class StudentLesson(nn.Module):
    """A student learns what its teacher has learned, with the teacher's help.

    Its heads and its classifier start as the teacher's; the classifier stays so, that the
    embeddings of both can be compared. The teacher itself is not part of this module: it does
    not learn.

    Parameters
    ----------
    config : of the pair.
    teacher : after its own lesson; from here on it is frozen.
    alignment : of the student's features to its teacher's.
    """

    def __init__(
        self, config: AttTrackConfig, teacher: OneShotLesson, alignment: Alignment
    ) -> None:
        super().__init__()
        self.alignment = alignment
        self.transfer = config.transfer
        self.student = Student(config)
        num_identities = teacher.criterion.identity.classifier.out_features
        self.criterion = OneShotLoss(config.student.embedding_size, num_identities)
        self.student.network.heads.load_state_dict(teacher.network.heads.state_dict())
        self.criterion.identity.load_state_dict(teacher.criterion.identity.state_dict())
        self.criterion.identity.requires_grad_(False)
        teacher.eval().requires_grad_(False)
        self._teacher = _Frozen(teacher.network)
        widths = (
            [network.widths[stage - 1] for stage in alignment.stages]
            for network in (self.student.network, teacher.network)
        )
        self.hints = Hints(*widths) if alignment.hints else None

    def forward(self, batch: PairBatch, generator: Generator) -> Terms:
        """Loss of the student in the second frame of each pair, "loss", and its terms.

        (13) of docs/atttrack.md.
        """
        network = self.student.network
        stages = network.stages(batch.images)
        features = network.neck(stages)
        seen = features
        if self.alignment.transfer:
            seen = self.student.assisted(features, self._key_frame(batch, generator), batch.gap)
        terms = self.criterion.terms(network.heads(seen), batch.targets)
        drawn = self._draw_to_teacher(batch, stages, features)
        loss = self.criterion.total(terms)
        for name, term in drawn.items():
            loss = loss + getattr(self.alignment, name) * term
        return {"loss": loss} | _named(terms) | drawn

    def _key_frame(self, batch: PairBatch, generator: Generator) -> KeyFrame:
        with torch.no_grad():
            teacher = self._teacher.network
            features = teacher.features(batch.images_key)
            kept = key_map(features, teacher.heads(features), self.transfer)
        tracks = disturb(true_tracks(batch.tracks), self.alignment.noise, generator)
        return KeyFrame(map=kept, tracks=tracks)

    def _draw_to_teacher(self, batch: PairBatch, stages: list[Tensor], features: Tensor) -> Terms:
        """The terms of the alignment that have a weight; both networks see the same frame."""
        wanted = self.alignment
        if not (wanted.features or wanted.attention or wanted.hints):
            return {}
        teacher = self._teacher.network
        with torch.no_grad():
            teacher_stages = teacher.stages(batch.images)
            teacher_features = teacher.neck(teacher_stages)
        chosen = [stages[stage - 1] for stage in wanted.stages]
        teacher_chosen = [teacher_stages[stage - 1] for stage in wanted.stages]
        terms: Terms = {}
        if wanted.features:
            heat = batch.targets.heat_map[:, 0]
            terms["features"] = feature_loss(
                features, teacher_features, heat, wanted.object_weight, wanted.likeness
            )
        if wanted.attention:
            terms["attention"] = attention_loss(chosen, teacher_chosen)
        if self.hints is not None:
            terms["hints"] = self.hints(chosen, teacher_chosen)
        return terms


@dataclass(frozen=True)
class _Frozen:
    """Keeps a network out of the module that asks it: out of its weights, and of its modes."""

    network: OneShotNetwork


def true_tracks(tracks: KeyTracks) -> MapTracks:
    """Tracks of the truth as those of a tracker that is sure of them."""
    return to_map(tracks.box, tracks.velocity, tracks.present.to(tracks.box.dtype), tracks.present)


def _named(terms: OneShotTerms) -> Terms:
    return {**vars(terms), "detection": terms.detection}
