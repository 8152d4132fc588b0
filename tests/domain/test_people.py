from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core._domain.people import fold_name, is_one_of_people

ALIKE = [
    ("ana", "ANA"),
    ("ana", "ana\u200b"),
    ("ana", "a\u00adna"),
    ("ana", "\ufeffana"),
    ("ana", "\uff41\uff4e\uff41"),
    ("jos\u00e9", "jose\u0301"),
    ("ana  b", " ana\tb "),
    ("stra\u00dfe", "STRASSE"),
]


@pytest.mark.parametrize(("name", "other"), ALIKE)
def test_one_person_is_one_however_the_name_is_written(name: str, other: str) -> None:
    """Case, width, invisible characters and blanks make nobody another person."""
    assert name != other
    assert is_one_of_people(name, [None, other])
    assert is_one_of_people(other, {name})


@pytest.mark.parametrize("other", ["anna", "\u0430na", "a na", "", None])
def test_other_people_are_other_people(other: str | None) -> None:
    """A letter of another script is another letter, and nobody is nobody."""
    assert not is_one_of_people("ana", [other])
    assert not is_one_of_people("ana", [])


@given(st.text())
def test_a_folded_name_is_folded(name: str) -> None:
    """Folding once is enough, and everybody is themselves."""
    assert fold_name(fold_name(name)) == fold_name(name)
    assert is_one_of_people(name, [name]) is bool(name)
