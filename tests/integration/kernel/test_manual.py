"""The manual's table is the one that is tested."""

from tests.integration.kernel.manual_table import MANUAL, with_table


def test_table_of_bad_plugins_is_up_to_date() -> None:
    document = MANUAL.read_text(encoding="utf-8")
    assert document == with_table(document), "run: make docs"
