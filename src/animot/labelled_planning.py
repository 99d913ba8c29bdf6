"""What to learn from labelled video: from words and folders to networks, sequences and a pace."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from animot.atttrack.ablations import transfer_named
from animot.atttrack.config import FULL, FULL_DLA, TINY, AttTrackConfig
from animot.atttrack.kept_frames import keep_frames
from animot.atttrack.pairs import PairSource
from animot.atttrack.roles import ALIGNMENTS, Role
from animot.atttrack.stored import config_from_json
from animot.data.crowd_sequence import crowd_sequences
from animot.data.labelled import LabelledSequence
from animot.data.mot_split import open_labelled_folder, split_in_half
from animot.errors import InputError
from animot.training.schedule import TrainingConfig

CROWD = "crowd"
# Many scenes rather than long ones: what a network has seen of one, it need not see again.
CROWD_SCENES, CROWD_FRAMES = 60, 30
CROWD_HELD_OUT, CROWD_FRAMES_HELD_OUT = 6, 20
PRESETS = {"tiny": TINY, "full": FULL, "full-dla": FULL_DLA}
# FairMOT's pace for its sizes; ours for the small ones, which begin without ImageNet weights.
FULL_TRAINING = TrainingConfig(
    batch_size=12,
    clip_length=1,
    learning_rate=1e-4,
    decay_from=0.6,
    final_rate=0.1,
    validate_every=500,
    patience=None,
)
TRAINING = {
    "tiny": TrainingConfig(
        batch_size=6,
        clip_length=1,
        learning_rate=1.5e-3,
        betas=(0.9, 0.99),
        gradient_norm=10.0,
        ramp_steps=20,
        decay_from=0.4,
        final_rate=0.03,
        validate_every=100,
        patience=None,
    ),
    "full": FULL_TRAINING,
    "full-dla": FULL_TRAINING,
}


@dataclass(frozen=True, kw_only=True)
class LabelledOptions:
    """What the user may choose.

    Attributes
    ----------
    role : of the network in a pair.
    preset : "tiny", "full" or "full-dla".
    ablation : of the transfer, a name in `animot.atttrack.ablations`; None: the preset as it is.
    every : the longest period of key frames that the student is made for, at least 2.
    seed : of weights, pairs and noise.
    """

    role: Role
    preset: str = "tiny"
    ablation: str | None = None
    every: int = 6
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what no network can be learned from."""
        if self.preset not in PRESETS:
            raise InputError(
                f"there is no preset {self.preset} of atttrack; give one of {', '.join(PRESETS)}"
            )
        transfer_named(self.ablation)
        if self.ablation is not None and self.role != "student":
            raise InputError(f"--ablation changes what helps a student; a {self.role} has no help")
        if self.every < 2:
            raise InputError(
                f"no frame lies between key frames at every {self.every}-th; give 2 or more"
            )
        if not 0 <= self.seed < 2**63:
            raise InputError(f"{self.seed} is no seed; give a number from 0 to 2^63 - 1")

    @property
    def needs_teacher(self) -> bool:
        """Whether a network of this role learns from another one."""
        return self.role in ALIGNMENTS


@dataclass(frozen=True, kw_only=True)
class LabelledPlan:
    """What to learn, from what.

    Attributes
    ----------
    config : of the pair.
    training : the pace.
    source : of pairs of frames.
    held_out : source of the pairs that the network is validated on.
    low_precision : False: in bfloat16 it has not been tried.
    """

    config: AttTrackConfig
    training: TrainingConfig
    source: PairSource
    held_out: PairSource
    low_precision: bool = False

    def __str__(self) -> str:
        height, width = self.config.frame_size
        learned = self.source.sequences
        return (
            f"{len(learned)} sequences, {sum(one.num_frames for one in learned)} frames, "
            f"{self.source.num_identities} identities; frames of {width}x{height}"
        )

    def read_config(self, values: Any) -> AttTrackConfig:
        """Configuration of a checkpoint; ValueError where it is none."""
        return config_from_json(values)


@dataclass(frozen=True, kw_only=True)
class LabelledData:
    """Sequences to learn from, and those to validate on.

    Attributes
    ----------
    names : what they are called by.
    learned : to learn from; networks that belong together learn from the same ones.
    held_out : to validate on.
    """

    names: tuple[str, ...]
    learned: list[LabelledSequence]
    held_out: list[LabelledSequence]

    def fingerprints(self) -> list[str]:
        """Digest of each sequence to learn from: its frames and its truth."""
        return [sequence.fingerprint() for sequence in self.learned]


def open_data(inputs: Sequence[str], say: Callable[[str], None]) -> LabelledData:
    """Labelled sequences by the word "crowd", or by MOTChallenge folders and folders of them.

    A crowd is the same whatever the seed of learning: a student must meet its teacher's people.
    Recordings are halved: the first halves are learned from.

    Raises
    ------
    InputError : where there is no truth, or a folder cannot be used.
    """
    if list(inputs) == [CROWD]:
        say("making a crowd")
        return LabelledData(
            names=(CROWD,),
            learned=crowd_sequences("train", CROWD_SCENES, CROWD_FRAMES),
            held_out=crowd_sequences("validate", CROWD_HELD_OUT, CROWD_FRAMES_HELD_OUT),
        )
    halves = [split_in_half(one) for name in inputs for one in open_labelled_folder(name)]
    return data_of(tuple(inputs), halves)


def data_of(
    names: tuple[str, ...], pairs: Sequence[tuple[LabelledSequence, LabelledSequence]]
) -> LabelledData:
    """Of each pair, learn from the first and validate on the second."""
    learned, held_out = [a for a, _ in pairs], [b for _, b in pairs]
    return LabelledData(names=names, learned=learned, held_out=held_out)


def frames_file(folder: Path, use: str, number: int) -> Path:
    """Where the frames of a sequence are kept.

    Parameters
    ----------
    folder : of a run, or of several that share their frames.
    use : "learned" or "held-out".
    number : of the sequence, from 0.
    """
    return folder / f"frames-{use}-{number}.npy"


def plan_labelled(data: LabelledData, folder: Path, options: LabelledOptions) -> LabelledPlan:
    """Learn from labelled sequences.

    Their frames are kept in the folder, at the networks' size, for the next run that has them.
    """
    config = replace(PRESETS[options.preset], transfer=transfer_named(options.ablation))
    training = TRAINING[options.preset]
    height, width = config.frame_size

    def pairs(name: str, sequences: list[LabelledSequence], seed: int) -> PairSource:
        kept = [
            keep_frames(sequence, (width, height), frames_file(folder, name, number))
            for number, sequence in enumerate(sequences)
        ]
        return PairSource(kept, (width, height), training.batch_size, options.every - 1, seed)

    return LabelledPlan(
        config=config,
        training=training,
        source=pairs("learned", data.learned, options.seed),
        held_out=pairs("held-out", data.held_out, 0),  # the same for all that are compared
    )
