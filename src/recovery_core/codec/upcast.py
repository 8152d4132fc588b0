"""What older releases stored, as this release stores it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from .._domain.plain import is_dict, is_list

__all__ = ["FORM_BEFORE_DUES", "FormOneUpcaster"]

FORM_BEFORE_DUES: Final = 1
"""The form in which amends were recorded after they were given, and had no ids."""

_FAILED: Final = "failed"
_EXECUTING: Final = "executing"
_DELIVERY_FIELDS: Final = frozenset({"remedy", "fate", "receipt"})


@attrs.define
class FormOneUpcaster:
    """Turns the events of form 1 into form 2, one after the other.

    Form 1 knew what was given by its place among all remedies of the case, and tried
    again without a number. Whatever does not look like form 1 is left as it is, for
    the reader to refuse.
    """

    _case_id: str = ""
    _attempts: dict[str, int] = attrs.field(factory=dict[str, int])
    _failed: set[str] = attrs.field(factory=set[str])

    def convert_detail(self, tag: object, detail: object) -> object:
        """Return what an event of form 1 carried, as form 2 stores it.

        Args:
            tag: The sort of event, as stored.
            detail: What it carried, as JSON values.
        """
        if not is_dict(detail):
            return detail
        if tag == "report":
            self._case_id = str(detail.get("case_id"))
        if tag == "amends":
            return _convert_amends(detail)
        if tag == "delivery" and detail.keys() <= _DELIVERY_FIELDS:
            return self._convert_delivery(detail)
        return detail

    def _convert_delivery(self, detail: Mapping[str, object]) -> object:
        """Return news of a remedy by its place as news of a due by its id."""
        place = detail.get("remedy")
        if type(place) is not int:
            return detail
        due, fate = f"{self._case_id}/{place + 1}", detail.get("fate")
        # What failed was tried again: the next attempt, which form 1 did not count.
        if due in self._failed and fate == _EXECUTING:
            self._attempts[due] = self._attempts.get(due, 1) + 1
        self._failed.discard(due)
        if fate == _FAILED:
            self._failed.add(due)
        return {
            "due": due,
            "fate": fate,
            "reference": detail.get("receipt"),
            "attempt": self._attempts.get(due, 1),
        }


def _convert_amends(detail: Mapping[str, object]) -> object:
    """Return amends that were given when they were recorded, a receipt for each.

    Receipts of form 1 are not tied to remedies: where there are not as many, all of
    them together stand for each.
    """
    remedies, receipts = detail.get("remedies"), detail.get("receipts", [])
    if not is_list(remedies) or not is_list(receipts):
        return detail
    if receipts and len(receipts) != len(remedies):
        receipts = ["; ".join(map(str, receipts))] * len(remedies)
    proofs = [None if receipt == "" else receipt for receipt in receipts]
    return {**detail, "receipts": proofs, "was_given_before": True}
