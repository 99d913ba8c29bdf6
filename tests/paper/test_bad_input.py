"""docs/bad-input.md: every bad input has a row that says what happens, and tests that exist."""

import pytest
from paper_sources import all_tests, code, table_rows

HEADINGS = {"Video": 17, "Images": 6, "MOTChallenge files": 17, "Checkpoints": 16, "Training": 10}
ROWS = [row for heading in HEADINGS for row in table_rows("bad-input.md", f"## {heading}")]


@pytest.mark.parametrize(("heading", "least"), HEADINGS.items())
def test_no_row_has_gone(heading, least):
    assert len(table_rows("bad-input.md", f"## {heading}")) >= least


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_row_names_tests_that_exist(row):
    bad, done, tests = row
    assert bad
    assert done
    assert code(tests)
    assert set(code(tests)) <= all_tests()
