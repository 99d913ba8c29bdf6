"""Dataclasses from JSON, with no value of another type than its field's."""

from dataclasses import asdict, dataclass, field
from typing import Literal

import pytest

from animot.data.from_json import from_json, shown


@dataclass(frozen=True, kw_only=True)
class Leaf:
    number: int
    ratio: float = 0.5


@dataclass(frozen=True, kw_only=True)
class Needle:
    number: int
    length: float


@dataclass(frozen=True, kw_only=True)
class Twig:
    end: Leaf | Needle


@dataclass(frozen=True, kw_only=True)
class Tree:
    name: str
    leaves: tuple[Leaf, ...]
    pair: tuple[int, float]
    kind: Literal["oak", "elm"]
    first: Leaf | None = None
    ripe: bool = False
    rings: dict[str, float] = field(default_factory=dict)


TREE = {"name": "a", "leaves": [{"number": 1}], "pair": [2, 3], "kind": "elm"}


def test_every_kind_of_value():
    found = from_json(
        Tree, TREE | {"first": {"number": 7, "ratio": 2}, "ripe": True, "rings": {"a": 1}}
    )
    assert found == Tree(
        name="a",
        leaves=(Leaf(number=1),),
        pair=(2, 3.0),
        kind="elm",
        first=Leaf(number=7, ratio=2.0),
        ripe=True,
        rings={"a": 1.0},
    )
    assert type(found.pair[1]) is float
    assert from_json(Tree, asdict(found)) == found
    assert from_json(Tree, TREE | {"first": None, "leaves": []}).first is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": 1}, "name is 1, not str"),
        ({"leaves": {}}, "leaves is {}, not a list"),
        ({"leaves": [3]}, "Leaf is 3, not an object"),
        ({"leaves": [{}]}, "Leaf lacks number"),
        ({"leaves": [{"number": True}]}, "number is True, not int"),
        ({"leaves": [{"number": 1.0}]}, "number is 1.0, not int"),
        ({"pair": [1, 2, 3]}, "pair has 3 values, not 2"),
        ({"pair": [1, float("nan")]}, "pair is nan, not float"),
        ({"pair": [1, 10**400]}, r"pair is 10{59}\.\.\., not float"),
        ({"pair": "12"}, "pair is '12', not a list"),
        ({"kind": "ash"}, "kind is 'ash', not one of oak, elm"),
        ({"kind": ["oak"]}, "kind is .*, not one of"),
        ({"ripe": 0}, "ripe is 0, not bool"),
        ({"rings": [1]}, r"rings is \[1\], not an object"),
        ({"rings": {"a": "b"}}, "rings 'a' is 'b', not float"),
        ({"first": 0}, "Leaf is 0, not an object"),
        ({"bark": "\n"}, "Tree has no 'bark'"),
    ],
)
def test_what_is_no_value_of_its_field_is_named(change, message):
    with pytest.raises(ValueError, match=message):
        from_json(Tree, TREE | change)


@pytest.mark.parametrize("end", [Leaf(number=3, ratio=0.25), Needle(number=3, length=2.0)])
def test_of_several_dataclasses_the_fields_tell_which(end):
    twig = Twig(end=end)
    assert from_json(Twig, asdict(twig)) == twig


@pytest.mark.parametrize(
    ("end", "message"),
    [
        (None, "end is None, none of Leaf, Needle"),
        ({"number": 1, "width": 2.0}, "end is .*, none of Leaf, Needle"),
        ({"length": 2.0}, "Needle lacks number"),
        ([1], r"end is \[1\], none of"),
    ],
)
def test_what_is_none_of_several_dataclasses(end, message):
    with pytest.raises(ValueError, match=message):
        from_json(Twig, {"end": end})


@pytest.mark.parametrize("values", [None, [], "x", 3])
def test_what_is_no_object(values):
    with pytest.raises(ValueError, match=r"Tree is .*, not an object"):
        from_json(Tree, values)


def test_shown_is_one_short_line():
    assert shown("a\nb") == r"'a\nb'"
    assert len(shown("x" * 1000)) < 70
