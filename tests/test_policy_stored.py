"""What a stored table keeps, and what is refused when it is read."""

from hypothesis import given, settings

from recovery_core.policy import Table
from recovery_core.policy.stored import functions_in
from tests.tables import tables


@settings(max_examples=60)
@given(tables())
def test_a_stored_table_comes_back_the_same(table: Table) -> None:
    """Reading undoes writing: equal tables, equal hashes, the same text."""
    text = table.to_json()
    back = Table.from_json(text, functions=functions_in(table))

    assert back == table
    assert back.hash == table.hash
    assert back.to_json() == text
