"""Every error the library raises on purpose, under one root.

::

    RecoveryError
    ├── InvalidValueError  (also ValueError)   a value that cannot be; says the mend
    │   ├── CurrencyMismatchError              two currencies in one sum
    │   └── StoredFormatError                  stored text or log that is damaged
    ├── ProcessError
    │   ├── InvalidProcessError                a definition with a hole, and the path
    │   └── TransitionNotAllowedError          a refused step, with *all* reasons
    ├── PolicyError
    │   ├── MissingFactError  (also KeyError)  a fact nobody recorded
    │   ├── WrongFactError  (InvalidValueError) a fact that cannot be
    │   └── TableError                         a table that does not hold together
    │       ├── GapError                       a claim that no rule decides
    │       ├── OverlapError                   a claim that two rules decide
    │       └── ShadowError                    a rule that never decides
    ├── ContractError                          a plug that broke its contract
    ├── MissingPackageError  (also ModuleNotFoundError)  what to install, and how
    └── BrokenPromiseError  (also AssertionError)  a check that failed, and on what

All of them pickle, so they survive the way back from a worker process.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol, cast

from ._readable import readable, readable_lines

__all__ = [
    "BrokenPromiseError",
    "ContractError",
    "CurrencyMismatchError",
    "GapError",
    "InvalidProcessError",
    "InvalidValueError",
    "MissingFactError",
    "MissingPackageError",
    "OverlapError",
    "PolicyError",
    "ProcessError",
    "RecoveryError",
    "ShadowError",
    "StoredFormatError",
    "TableError",
    "TransitionNotAllowedError",
    "WrongFactError",
]


_NAMED: Final = 20  # facts that are known: enough to find the one that was meant


class RefusalReason(Protocol):
    """One reason against a step: what an error needs of `recovery_core.Reason`.

    Errors stand below all values, so this says what they read of one.
    """

    @property
    def code(self) -> str:
        """Stable name of the condition that is not met."""
        ...

    @property
    def text(self) -> str:
        """The reason in a sentence."""
        ...

    @property
    def values(self) -> Mapping[str, Any]:
        """The facts that were read, by name."""
        ...


class RecoveryError(Exception):
    """The root of every error raised by this library.

    A message is one line, whatever the names and texts in it hold: breaks and controls
    are shown as Python writes them.
    """

    def __str__(self) -> str:
        """Return the message on one line."""
        return readable(super().__str__())


class InvalidValueError(RecoveryError, ValueError):
    """Refuse a value that cannot be; the message names the mend."""


class CurrencyMismatchError(InvalidValueError):
    """Refuse to mix two currencies in one sum or comparison."""


class StoredFormatError(InvalidValueError):
    """Refuse stored text or an event log that cannot be read back whole."""


class ProcessError(RecoveryError):
    """Anything that is wrong with a process or a step in it."""


class InvalidProcessError(ProcessError):
    """Refuse a process definition.

    Attributes:
        path: The triggers that lead to the flaw, oldest first; empty where the
            flaw has no path (an unknown name, say).
    """

    def __init__(self, message: str, path: tuple[str, ...] = ()) -> None:
        """Keep the message and the path to the flaw."""
        super().__init__(message, path)
        self.message = message
        self.path = path

    def __str__(self) -> str:
        """Return the message, then the path if there is one."""
        path = f" (path: {' > '.join(self.path)})" if self.path else ""
        # Several properties that are broken come a line each.
        return readable_lines(f"{self.message}{path}")


class TransitionNotAllowedError(ProcessError):
    """A step of a case that was refused; nothing has changed.

    Attributes:
        case_id: The case that was asked.
        state: Where that case stands.
        trigger: The step that was asked for.
        reasons: Every reason against it, each with the values it read.
    """

    def __init__(
        self, case_id: str, state: str, trigger: str, reasons: tuple[object, ...]
    ) -> None:
        """Keep what was asked and all that speaks against it."""
        super().__init__(case_id, state, trigger, reasons)
        self.case_id = case_id
        self.state = state
        self.trigger = trigger
        # Pyright takes fields that attrs converts for descriptors, and so a Reason for
        # no RefusalReason; whoever reads the reasons shall have their fields typed.
        self.reasons: tuple[RefusalReason, ...] = cast(
            "tuple[RefusalReason, ...]", reasons
        )

    def __str__(self) -> str:
        """List every reason on a line of its own."""
        head = f"case {self.case_id} is {self.state}: {self.trigger} refused"
        reasons = (f"  - {reason}" for reason in self.reasons)
        return "\n".join(map(readable, (head, *reasons)))


class PolicyError(RecoveryError):
    """Anything that is wrong with a compensation policy."""


class MissingFactError(PolicyError, KeyError):
    """A fact that a rule asked for and nobody recorded, and the facts there are.

    Attributes:
        name: The fact that was asked for.
        known: The facts that were recorded, sorted.
    """

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        """Keep the name and what could have been meant."""
        super().__init__(name, known)
        self.name = name
        self.known = known

    def __str__(self) -> str:
        """Return the missing fact and the mend."""
        known = ", ".join(self.known[:_NAMED]) or "none"
        if len(self.known) > _NAMED:
            known = f"{known} and {len(self.known) - _NAMED} more"
        return readable(
            f"no fact {self.name!r} was recorded (known: {known}); pass it in "
            f"ServiceFailure(facts={{{self.name!r}: ...}}) or ask with .get()"
        )


class WrongFactError(PolicyError, InvalidValueError):
    """Refuse a fact that was recorded and cannot be; the message says what fits."""


class TableError(PolicyError):
    """Refuse a table that leaves a claim out, decides it twice, or has a dead rule.

    Attributes:
        table: The name of the table.
        rules: The codes of the rules it is about.
        witness: A claim that shows it, value by column; empty where none can.
    """

    def __init__(
        self,
        message: str,
        table: str,
        rules: tuple[str, ...] = (),
        witness: Mapping[str, object] | None = None,
    ) -> None:
        """Keep the message, what it is about, and the claim that shows it."""
        super().__init__(message, table, rules, witness)
        self.message = message
        self.table = table
        self.rules = rules
        self.witness: dict[str, object] = dict(witness or {})

    def __str__(self) -> str:
        """Return the message, then the claim."""
        values = ", ".join(f"{name}={value}" for name, value in self.witness.items())
        shown = f"; for example {values}" if values else ""
        return readable(f"table {self.table!r}: {self.message}{shown}")


class GapError(TableError):
    """Refuse a table that leaves a claim undecided."""


class OverlapError(TableError):
    """Refuse a table in which two rules decide one claim."""


class ShadowError(TableError):
    """Refuse a table with a rule that never decides."""


class ContractError(RecoveryError):
    """A plugged-in rule that broke its contract: which, on which case, and how.

    Attributes:
        plug: The rule, policy, detector or port, as it calls itself.
        case_id: The case it was asked about; empty where that was not told.
        problem: What it did.
    """

    def __init__(self, plug: str, case_id: str, problem: str) -> None:
        """Keep who broke the contract, where, and how."""
        super().__init__(plug, case_id, problem)
        self.plug = plug
        self.case_id = case_id
        self.problem = problem

    def __str__(self) -> str:
        """Return it in one line."""
        where = f" on case {self.case_id}" if self.case_id else ""
        return readable(f"{self.plug} broke its contract{where}: {self.problem}")


class MissingPackageError(RecoveryError, ModuleNotFoundError):
    """An optional package that is not installed, and the command that installs it.

    Its `name` is that of the package, as of any ModuleNotFoundError.
    """


class BrokenPromiseError(RecoveryError, AssertionError):
    """A promise that a plug does not keep, and the smallest question that shows it.

    Raised by the ``check_*`` functions of `recovery_core.testing`; also an
    AssertionError, so that every test runner counts it as a failure of the test.

    Attributes:
        plug: The rule, detector or process, as it calls itself.
        promise: What was promised.
        asked: What it was asked: the smallest claim or attribution that was found,
            or the path through a process.
        evidence: What happened, a line each.
    """

    def __init__(
        self, plug: str, promise: str, asked: object, evidence: tuple[str, ...]
    ) -> None:
        """Keep who promised what, and what shows that it is not so."""
        super().__init__(plug, promise, asked, evidence)
        self.plug = plug
        self.promise = promise
        self.asked = asked
        self.evidence = evidence

    def __str__(self) -> str:
        """Return plug and promise, then all that happened on lines of their own."""
        head = f"{self.plug} breaks a promise: {self.promise}"
        lines = (f"  {line}" for line in self.evidence)
        return "\n".join(map(readable, (head, *lines)))
