"""What transfer is with one thing changed, by name: the alternatives of docs/atttrack.md."""

from animot.atttrack.config import TransferConfig
from animot.errors import InputError

ABLATIONS = {
    "heat": TransferConfig(source="heat"),  # Q2
    "cell": TransferConfig(support="cell"),  # Q3
    "box": TransferConfig(support="box"),
    "still": TransferConfig(motion="still"),  # Q4
    "running": TransferConfig(motion="running"),
    "learned": TransferConfig(fusion="learned"),  # Q6
    "convex": TransferConfig(fusion="convex"),
    "gate": TransferConfig(fusion="gate"),
    "nearest": TransferConfig(sampling="nearest"),
}


def transfer_named(name: str | None) -> TransferConfig:
    """Transfer with the change of that name; None: our reading of AttTrack.

    Raises
    ------
    InputError : for another name.
    """
    if name is None:
        return TransferConfig()
    if name not in ABLATIONS:
        raise InputError(f"there is no ablation {name}; give one of {', '.join(ABLATIONS)}")
    return ABLATIONS[name]
