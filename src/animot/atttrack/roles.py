"""What a network of a pair may be, and how each of them learns."""

from typing import Literal, get_args

from animot.atttrack.lessons import Alignment

Role = Literal["teacher", "plain", "aligned", "layerwise", "student"]
ROLES: tuple[Role, ...] = get_args(Role)

# How the roles that need a teacher learn from it. A teacher and a plain student learn alone.
# Layerwise's weights of attention and hints are ours: nothing says which it has (Q10).
ALIGNMENTS: dict[Role, Alignment] = {
    "aligned": Alignment(transfer=False),
    "layerwise": Alignment(transfer=False, features=0.0, hints=1.0),
    "student": Alignment(),
}
