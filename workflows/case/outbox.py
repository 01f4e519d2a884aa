"""What a case has to record, invoice and send, gathered until it comes to rest and then carried out as one step."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from pydantic import BaseModel

from activities.contract import (
    ISSUE_INVOICES,
    RECORD_EVENTS,
    SEND_NOTICES,
    AccreditationNews,
    CaseOpening,
    CreditOrder,
    Entry,
    InvoiceOrder,
    Judged,
    LetterBounced,
    NewsToAsk,
    NoticeOrder,
    PaymentReceived,
    PaymentUndone,
    RefundSent,
    RenewalGranted,
    RenewalOrder,
    Signed,
    WriteOffOrder,
)
from policy.bounds import LARGEST
from workflows.case.carrying import size_of_model

FULL = 4 * LARGEST
"""Bytes from which on a step takes nothing more."""
Booked: TypeAlias = PaymentReceived | PaymentUndone | CreditOrder | RefundSent | WriteOffOrder
"""What becomes of an invoice that was issued."""
Call: TypeAlias = RenewalOrder | RenewalGranted | AccreditationNews | NewsToAsk
"""What is said to another case, what opens one, or what the books are asked about one."""


@dataclass
class Outbox:
    """Everything that the next step carries; `calls` to other cases go out after it, one by one."""

    opening: CaseOpening | None = None
    entries: list[Entry] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    invoices: list[InvoiceOrder] = field(default_factory=list)
    payments: list[PaymentReceived] = field(default_factory=list)
    reversals: list[PaymentUndone] = field(default_factory=list)
    credits: list[CreditOrder] = field(default_factory=list)
    refunds: list[RefundSent] = field(default_factory=list)
    write_offs: list[WriteOffOrder] = field(default_factory=list)
    booked: list[str] = field(default_factory=list)
    """The keys of what was booked, in the order in which it came."""
    signatures: list[Signed] = field(default_factory=list)
    void: list[str] = field(default_factory=list)
    bounces: list[LetterBounced] = field(default_factory=list)
    departures: list[str] = field(default_factory=list)
    """Addresses of contacts who have left: their sign-in for the facility or practice ends."""
    notices: list[NoticeOrder] = field(default_factory=list)
    shared_start: datetime | None = None
    application_changed: bool = False
    stand_again: bool = False
    """The books are to be told where the case stands, also where nothing has happened."""
    calls: list[Call] = field(default_factory=list)
    sealed: list["Outbox"] = field(default_factory=list)

    def book(self, entry: Booked) -> None:
        """Have the books take an entry about money, after those that came before it."""
        match entry:
            case PaymentReceived():
                self.payments.append(entry)
            case PaymentUndone():
                self.reversals.append(entry)
            case CreditOrder():
                self.credits.append(entry)
            case RefundSent():
                self.refunds.append(entry)
            case WriteOffOrder():
                self.write_offs.append(entry)
        self.booked.append(entry.key)

    def has_step(self) -> bool:
        """Whether there is something for the books."""
        return bool(
            self.sealed or self.opening or self.shared_start or self.stand_again or any(self._gathered().values())
        )

    def is_full(self) -> bool:
        """Whether what has gathered is so large that what follows must go into a step of its own.

        A step is one payload, of which the server takes two million bytes; and while the books are away everything
        gathers. What one message brings about has a million bytes at most: a correction of an application, which is
        told with what stood there before.
        """
        gathered = (one for things in self._gathered().values() for one in things)
        return sum(size_of_model(one) for one in gathered if isinstance(one, BaseModel)) > FULL

    def seal(self) -> None:
        """Let what follows go into a step of its own."""
        one = Outbox(opening=self.opening, shared_start=self.shared_start, booked=self.booked)
        self.booked = []
        for name, things in self._gathered().items():
            getattr(one, name).extend(things)
            things.clear()
        self.opening = self.shared_start = None
        self.sealed.append(one)

    def _gathered(self) -> dict[str, list[Any]]:
        """Return what gathers for a step, by its names in the contract."""
        return {
            "entries": self.entries,
            "judged": self.judged,
            "invoices": self.invoices,
            "payments": self.payments,
            "reversals": self.reversals,
            "credits": self.credits,
            "refunds": self.refunds,
            "write_offs": self.write_offs,
            "signatures": self.signatures,
            "void": self.void,
            "bounces": self.bounces,
            "departures": self.departures,
            "notices": self.notices,
        }

    def __bool__(self) -> bool:
        """Whether anything waits to go out."""
        return self.has_step() or bool(self.calls)

    def activity(self) -> str:
        """Return the activity that carries out the next step: the name that says most of what it does."""
        if self.sealed:
            return self.sealed[0].activity()
        if self.invoices:
            return ISSUE_INVOICES
        return SEND_NOTICES if self.notices or self.credits else RECORD_EVENTS

    def kinds(self) -> list[str]:
        """Return what a step is about, for its name in the UI: its notices, else its entries."""
        if self.sealed:
            return self.sealed[0].kinds()
        sent = [notice.kind for notice in self.notices] or [f"invoice {order.purpose}" for order in self.invoices]
        received = [entry.text for entry in self.entries if entry.kind == "message"]
        return list(dict.fromkeys(sent or received or [entry.kind for entry in self.entries] or ["books"]))

    def take_step(self) -> dict[str, Any]:
        """Return what the next step carries, by its names in the contract, and keep nothing of it."""
        if self.sealed:
            return self.sealed.pop(0).take_step()
        gathered = self._gathered()
        carried: dict[str, Any] = {name: tuple(things) for name, things in gathered.items()}
        carried |= {"opening": self.opening, "shared_start": self.shared_start, "in_order": self._in_order()}
        self.booked.clear()
        self.opening = self.shared_start = None
        self.stand_again = False
        for things in gathered.values():
            things.clear()
        return carried

    def _in_order(self) -> tuple[str, ...]:
        """Return the order of what was booked, where the books would not take it in that order by themselves."""
        kinds = (self.payments, self.reversals, self.credits, self.refunds, self.write_offs)
        by_kind = [one.key for things in kinds for one in things]
        return tuple(self.booked) if self.booked != by_kind else ()

    def take_call(self) -> Call:
        """Return the next call to another case."""
        return self.calls.pop(0)
