"""How a service fails: one tree of exceptions, one exit code each; `starter.terminal.run` prints them.

    ServiceError
    ├── Unusable              2  the input is not what it should be: file, field, what was found, what is expected
    │   └── intake.submission.PartlyUnreadable  parts of an application; what the rules say of the rest is told too
    ├── RefusedByRule         3  a rule says no: its id, the reason, the source, and what is possible instead
    ├── NoSuchCase            4  no such case or invoice
    ├── NotReachable          5  the server or the database does not answer: its address and the next step
    │   └── connect.Unreachable  the Temporal server that is meant
    │       └── connect.NoServerKnown  none is named, and `make up` runs none in this folder
    ├── CaseFailing           5  the worker fails at a case: at what, and that nothing is lost
    ├── PortTaken             5  a port that was asked for belongs to another program
    ├── security.history_keys.KeyMissing  2  what is encrypted needs a key that is not here: which one, and where
    ├── security.codec.NotDecoded  2  what the server gave of a case was altered, or belongs to another namespace
    ├── namespace.NamespaceUnfit  5  a namespace cannot be made what it should be
    └── embedded.errors.EmbeddedProblem  5  the server that comes along cannot run; its tree stands there

Services and commands raise these; they never print an error themselves. An exception that is none of them is a mistake
in the program, and its traceback is wanted.
"""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple, Self

if TYPE_CHECKING:  # models take a moment to be read, and most commands end without a finding
    from policy.verdict import Finding, Refused, Verdict


class ExitCode(IntEnum):
    """What the exit of a command tells a script."""

    DONE = 0
    NOT_AS_EXPECTED = 1
    UNUSABLE = 2
    REFUSED = 3
    NO_SUCH_CASE = 4
    NOT_REACHABLE = 5
    INTERRUPTED = 130


class InputFault(NamedTuple):
    """One thing that cannot be read: in which file and field, what was found there and what is expected."""

    file: str
    field: str
    found: str
    expected: str

    def __str__(self) -> str:
        where = f"{self.file}: {self.field}" if self.field else self.file
        return f"{where}: found {self.found}, expected {self.expected}"


class ServiceError(Exception):
    """Something that a command tells its user instead of finishing.

    Attributes:
        lines: What a person reads, a sentence a line.
        data: The same for a script.
        code: The exit code: that of its class, or the one given.
        wrong: How many of the lines, from the first on, say what is wrong; the others say what to do.
    """

    code = ExitCode.UNUSABLE

    def __init__(
        self, lines: Sequence[str], data: Mapping[str, Any], code: ExitCode | None = None, *, wrong: int = 1
    ) -> None:
        super().__init__("\n".join(lines))
        self.code = code or self.code
        self.wrong = wrong
        self.lines = tuple(line for line in lines if line)
        self.data = dict(data)


class Unusable(ServiceError):
    """The input cannot be read as what it should be. Holds every trouble, so that all can be mended at once."""

    code = ExitCode.UNUSABLE

    def __init__(self, troubles: Sequence[InputFault], *, next_step: str = "") -> None:
        super().__init__(
            [*(str(trouble) for trouble in troubles), next_step],
            {"problems": [trouble._asdict() for trouble in troubles], "next_step": next_step},
            wrong=len(troubles),
        )
        self.troubles = tuple(troubles)


class RefusedByRule(ServiceError):
    """One rule or several say no; nothing has changed."""

    code = ExitCode.REFUSED

    def __init__(self, findings: "Sequence[Finding]", *, instead: Sequence[str] = ()) -> None:
        told, lines = [finding.model_dump(mode="json") for finding in findings], finding_lines(findings)
        super().__init__(
            [*lines, *(f"Possible instead: {text}" for text in instead)],
            {**(told[0] if told else {}), "instead": list(instead), "findings": told},
            wrong=len(lines),
        )
        self.findings = tuple(findings)
        self.instead = tuple(instead)

    @classmethod
    def of(cls, refused: "Refused | Verdict", where: str = "") -> Self:
        """Return the problem that a rule raised or a case answered with; `where`: the case or field it is about."""
        from policy.verdict import Finding

        finding = Finding(
            rule=refused.rule or "", where=where, reason=refused.reason or "", source=refused.source or ""
        )
        return cls([finding], instead=refused.instead)


class NoSuchCase(ServiceError):
    """There is no case, or no invoice, of that name."""

    code = ExitCode.NO_SUCH_CASE

    def __init__(self, what: str, name: str, next_step: str = "") -> None:
        text = f"There is no {what} {name}."
        super().__init__([text, next_step], {"problem": text, "next_step": next_step})


class NotReachable(ServiceError):
    """The server or the database does not answer."""

    code = ExitCode.NOT_REACHABLE

    def __init__(self, what: str, address: str, next_step: str, detail: str = "") -> None:
        text = f"The {what} at {address} cannot be reached{f': {detail}' if detail else ''}."
        super().__init__([text, next_step], {"problem": text, "address": address, "next_step": next_step})


class CaseFailing(ServiceError):
    """A worker is there, but it fails whenever it takes the next step of a case (its workflow task)."""

    code = ExitCode.NOT_REACHABLE

    def __init__(self, case_id: str, failure: str, next_step: str) -> None:
        text = f"The case {case_id} cannot go on: the worker fails at its next step ({failure})."
        super().__init__([text, next_step], {"problem": text, "case": case_id, "next_step": next_step})


def finding_lines(findings: "Sequence[Finding]") -> list[str]:
    """Return findings as lines: the field or cell, which one looks for, and what is expected there.

    Below each run of findings by one rule stand, indented, the rule's id and its source.
    """
    lines = []
    for (rule, source), ones in groupby(findings, key=lambda finding: (finding.rule, finding.source)):
        lines += [f"{one.where}: {one.reason}" if one.where else one.reason for one in ones]
        lines.append(f"  {rule}: {source}" if source else f"  {rule}")
    return lines


class PortTaken(ServiceError):
    """A port that was asked for is not free."""

    code = ExitCode.NOT_REACHABLE

    def __init__(self, port: int, use: str) -> None:
        text = f"Port {port}, asked for as the {use}, is taken by another program."
        step = "Stop that program, name another port, or name none: a free one is then picked."
        super().__init__([text, step], {"problem": text, "next_step": step, "port": port})
        self.port = port
