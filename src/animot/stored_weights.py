"""Learned weights of either engine, by the folder of their run or by the name they ship with."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from animot.errors import InputError
from animot.training import checkpoint
from animot.training.checkpoint import Checkpoint
from animot.training.loop import NAME
from animot.training.validation import BEST

WEIGHTS = Path(__file__).parent / "weights"


def read_weights(where: str | Path) -> Checkpoint:
    """Read the best weights of a run so far by its folder, or shipped weights by name.

    Before a run's first validation, its last checkpoint counts as the best.

    Raises
    ------
    InputError : where there are none, or they are damaged. Nothing is unpickled.
    """
    folder = run_folder(where)
    if folder is None:
        return checkpoint.load(WEIGHTS, str(where))
    validated = (folder / f"{BEST}.json").exists()
    return checkpoint.load(folder, BEST if validated else NAME)


def run_folder(where: str | Path) -> Path | None:
    """Folder of the run; None for shipped weights.

    Raises
    ------
    InputError : where there is neither.
    """
    shipped = sorted(path.stem for path in WEIGHTS.glob("*.json"))
    if str(where) in shipped:
        return None
    path = Path(where)
    if not path.exists():
        names = ", ".join(shipped) or "none yet"
        raise InputError(f"{path}: no such model; give a run folder or shipped weights ({names})")
    if not path.is_dir():
        raise InputError(
            f"{path}: is a file, and animot opens no pickled weights; "
            "give the folder that `animot learn` wrote"
        )
    return path


@contextmanager
def refusing_foreign(where: str | Path) -> Iterator[None]:
    """What is raised inside says why the weights are no model of ours: one InputError of it."""
    try:
        yield
    except ValueError as error:
        raise InputError(
            f"{where}: the checkpoint does not describe a model of this version of animot "
            f"({error}); learn again"
        ) from error
