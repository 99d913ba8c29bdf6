"""Dataclasses back from JSON, each value checked against the type of its field."""

import math
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")
# A value is shown in a message no longer than this.
SHOWN_CHARACTERS = 60


def from_json(kind: type[T], values: Any) -> T:
    """Dataclass of a kind, from what `dataclasses.asdict` gave and a JSON file kept.

    A field that has a default may be missing; a name that is no field is refused. Lists become
    tuples and whole numbers serve as floats; nothing else is converted, and no number is nan.

    Raises
    ------
    ValueError : in one line, naming the field that is wrong.
    """
    name = kind.__name__
    if not isinstance(values, dict):
        raise ValueError(f"{name} is {shown(values)}, not an object")
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    for key in values:
        if key not in known:
            raise ValueError(f"{name} has no {shown(key)}")
    for key, field in known.items():
        if key not in values and field.default is MISSING and field.default_factory is MISSING:
            raise ValueError(f"{name} lacks {key}")
    hints = get_type_hints(kind)
    return kind(**{key: _value(key, hints[key], value) for key, value in values.items()})


def shown(value: Any) -> str:
    """A value of a damaged file in a message: one line, and short."""
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}..."


def _value(name: str, kind: Any, value: Any) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is UnionType:
        if value is None and NoneType in inner:
            return None
        return _value(name, _one_of(name, inner, value), value)
    if origin is dict:
        return _dict(name, inner, value)
    if origin is tuple:
        return _tuple(name, inner, value)
    if origin is Literal:
        if isinstance(value, str) and value in inner:
            return value
        raise ValueError(f"{name} is {shown(value)}, not one of {', '.join(inner)}")
    if is_dataclass(kind):
        return from_json(kind, value)  # type: ignore[arg-type]
    if kind is float and type(value) in {int, float} and _is_number(value):
        return float(value)
    if type(value) is kind and kind is not float:
        return value
    raise ValueError(f"{name} is {shown(value)}, not {kind.__name__}")


def _one_of(name: str, kinds: tuple[Any, ...], value: Any) -> Any:
    """The kind of a union that a value is of; of several dataclasses, the one with its fields."""
    others = [kind for kind in kinds if kind is not NoneType]
    if len(others) == 1:
        return others[0]
    for kind in others:
        if isinstance(value, dict) and value.keys() <= {field.name for field in fields(kind)}:
            return kind
    raise ValueError(f"{name} is {shown(value)}, none of {', '.join(k.__name__ for k in others)}")


def _dict(name: str, inner: tuple[Any, ...], value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{name} is {shown(value)}, not an object")
    return {key: _value(f"{name} {shown(key)}", inner[1], part) for key, part in value.items()}


def _tuple(name: str, inner: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{name} is {shown(value)}, not a list")
    kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else list(inner)
    if len(value) != len(kinds):
        raise ValueError(f"{name} has {len(value)} values, not {len(kinds)}")
    return tuple(_value(name, kind, part) for kind, part in zip(kinds, value, strict=True))


def _is_number(value: int | float) -> bool:
    try:
        return not math.isnan(value)
    except OverflowError:  # a whole number that no float holds
        return False
