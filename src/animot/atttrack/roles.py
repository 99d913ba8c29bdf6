"""What a network of a pair may be, and how each of them learns."""

from typing import Literal, get_args

from animot.atttrack.lessons import Alignment
from animot.errors import InputError

Role = Literal["teacher", "plain", "aligned", "layerwise", "student"]
ROLES: tuple[Role, ...] = get_args(Role)

# How the roles that need a teacher learn from it. A teacher and a plain student learn alone.
# Layerwise's weights of attention and hints are ours: nothing says which it has (Q10).
ALIGNMENTS: dict[Role, Alignment] = {
    "aligned": Alignment(transfer=False),
    "layerwise": Alignment(transfer=False, features=0.0, hints=1.0),
    "student": Alignment(),
}


def role_named(name: str) -> Role:
    """Role of a name; InputError where there is none."""
    for role in ROLES:
        if role == name:
            return role
    raise InputError(f"there is no role {name}; give one of {', '.join(ROLES)}")
