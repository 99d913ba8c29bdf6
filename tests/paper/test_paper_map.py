"""docs/paper-map.md: every equation of the paper has one home and a test, and the page says so."""

import re

from paper_sources import (
    PROJECT,
    all_tests,
    code,
    equation_owners,
    equation_tests,
    named_nodes,
    table_rows,
)

EQUATIONS = list(range(1, 18))


def test_every_equation_has_one_owner():
    assert [number for number, _, _ in equation_owners()] == EQUATIONS


def test_every_equation_is_tested():
    assert sorted(equation_tests()) == EQUATIONS


def test_the_page_says_just_that():
    tests = equation_tests()
    expected = [
        [str(number), [owner, file], sorted(tests[number])]
        for number, owner, file in equation_owners()
    ]
    found = [
        [number, code(function), sorted(code(proofs))]
        for number, _, function, proofs in table_rows("paper-map.md", "## Equations")
    ]
    assert found == expected


def test_the_sections_name_what_exists():
    rows = table_rows("paper-map.md", "## Sections, figures and tables")
    assert len(rows) >= 10
    names = {}
    for _, _, where, proofs in rows:
        *functions, file = code(where)
        path = PROJECT / file
        names.setdefault(file, {name for name, _ in named_nodes(path)} | constants(path))
        assert set(functions) <= names[file], where
        assert code(proofs), f"no test named for {where}"
        assert set(code(proofs)) <= all_tests(), proofs


def constants(path):
    return set(re.findall(r"^([A-Z_]+) = ", path.read_text(), re.MULTILINE))
