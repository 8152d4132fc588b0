"""Values say what to do instead, where somebody tries to change them."""

from __future__ import annotations

from attrs.exceptions import FrozenInstanceError

__all__ = ["explain_frozen"]


class _FrozenValueError(FrozenInstanceError):
    """An attempt to change a value, with what to do instead."""

    def __init__(self, mend: str) -> None:
        """Keep the message; attrs has one for all fields of all classes."""
        super().__init__()
        self.msg = mend

    def __str__(self) -> str:
        """Return the class, the field and the mend."""
        return self.msg

    def __reduce__(self) -> tuple[type[_FrozenValueError], tuple[str]]:
        """Pickle by the message."""
        return _FrozenValueError, (self.msg,)


def explain_frozen(mend: str, *kinds: type) -> None:
    """Make frozen classes name the field that cannot be set, and what to do instead.

    Args:
        mend: What to do instead.
        kinds: The classes; attrs refuses the change as well, and says no more.
    """

    def refuse(value: object, name: str, *_new: object) -> None:
        where = f"{type(value).__name__}.{name}"
        raise _FrozenValueError(f"{where} cannot be changed: {mend}")

    for kind in kinds:
        for hook in ("__setattr__", "__delattr__"):
            setattr(kind, hook, refuse)
