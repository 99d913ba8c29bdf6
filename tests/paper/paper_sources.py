"""What sources, tests and docs say of the paper, read without running any of it."""

import ast
import re
from pathlib import Path

PROJECT = Path(__file__).parent.parent.parent
TAG = re.compile(r"He et al\. \(2019\) (Eq\. \(\d+\)(?: and Eq\. \(\d+\))*)\.")


def named_nodes(path):
    """(qualified name, node) of every class and function of a file."""

    def walk(node, prefix):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef | ast.FunctionDef):
                name = f"{prefix}{child.name}"
                yield name, child
                yield from walk(child, f"{name}.")

    yield from walk(ast.parse(path.read_text()), "")


def equation_owners():
    """(equation, function, file) of every tag in a docstring."""
    found = []
    for path in sorted((PROJECT / "src").rglob("*.py")):
        for name, node in named_nodes(path):
            for tag in TAG.findall(ast.get_docstring(node) or ""):
                file = path.relative_to(PROJECT).as_posix()
                found += [(int(n), name, file) for n in re.findall(r"\d+", tag)]
    return sorted(found)


def equation_tests():
    """Equation -> names of the tests marked with it, `file::test`."""
    found = {}
    for path in sorted((PROJECT / "tests").rglob("test_*.py")):
        for name, node in named_nodes(path):
            for decorator in node.decorator_list:
                if ast.unparse(decorator).startswith("pytest.mark.eq("):
                    number = ast.literal_eval(decorator.args[0])
                    found.setdefault(number, []).append(called(path, name))
    return found


def all_tests():
    """Names of all tests, `file::test`."""
    return {
        called(path, name)
        for path in (PROJECT / "tests").rglob("test_*.py")
        for name, _ in named_nodes(path)
        if name.startswith("test_")
    }


def called(path, name):
    """How docs call a test."""
    return f"{path.relative_to(PROJECT / 'tests').as_posix()}::{name}"


def table_rows(page, heading):
    """Cells of the table below a heading, its first two lines left out."""
    lines = (PROJECT / "docs" / page).read_text().splitlines()
    below = lines[lines.index(heading) + 1 :]
    table = []
    for line in below:
        if line.startswith("#"):
            break
        if line.startswith("|"):
            table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table[2:]


def code(cell):
    """Everything between back-ticks."""
    return re.findall(r"`([^`]+)`", cell)
