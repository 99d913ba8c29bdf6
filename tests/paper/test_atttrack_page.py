"""docs/atttrack.md: every statement has one home and tests, every open question an answer."""

import ast
import re

from paper_sources import PROJECT, all_tests, code, named_nodes, table_rows

PAGE = "atttrack.md"
TAG = re.compile(r"\((\d+)\) of\s+docs/atttrack\.md")
ENGINE = sorted((PROJECT / "src" / "animot" / "atttrack").glob("*.py"))


def owners():
    """(number, [function, file]) of every tag in a docstring."""
    return sorted(
        (int(number), [name, path.relative_to(PROJECT).as_posix()])
        for path in ENGINE
        for name, node in named_nodes(path)
        for number in TAG.findall(ast.get_docstring(node) or "")
    )


def names_of(path):
    """Classes, functions, constants and fields of classes."""
    found = {name for name, _ in named_nodes(path)}
    found |= set(re.findall(r"^([A-Z][A-Z_0-9]+) = ", path.read_text(), re.MULTILINE))
    for name, node in named_nodes(path):
        found |= {f"{name}.{part.target.id}" for part in node.body if hasattr(part, "annotation")}
    return found


def test_every_statement_has_the_home_that_the_page_says():
    rows = table_rows(PAGE, "## Statements")
    assert [int(row[0]) for row in rows] == list(range(1, 14))
    assert [(int(number), code(home)) for number, _, home, _ in rows] == owners()


def test_every_row_names_tests():
    rows = table_rows(PAGE, "## Statements") + table_rows(PAGE, "## Networks")
    known = all_tests()
    for *_, tests in rows:
        assert code(tests)
        assert set(code(tests)) <= known, tests


def test_controls_are_where_the_page_says():
    rows = table_rows(PAGE, "## Reproduction")
    assert len(rows) == 4
    for _, _, home, tests in rows:
        function, file = code(home)
        assert function in names_of(PROJECT / file), home
        assert set(code(tests)) <= all_tests()


def test_networks_are_where_the_page_says():
    for _, home, _ in table_rows(PAGE, "## Networks"):
        function, file = code(home)
        assert function in names_of(PROJECT / file), home


def test_every_open_question_is_answered():
    rows = table_rows(PAGE, "## What is open, and what we took")
    assert [row[0] for row in rows] == [f"Q{number}" for number in range(1, 17)]
    known = set().union(*(names_of(path) for path in ENGINE))
    for _, unknown, taken, where in rows:
        assert len(unknown) > 5
        assert len(taken) > 10
        assert code(where)
        for name in code(where):
            assert name in known or (PROJECT / name).is_file(), name


def test_nothing_bears_the_name_that_nobody_explains():
    """Q1."""
    for path in ENGINE:
        assert "EFM" not in path.read_text(), path
