"""What an export of a case holds: how it stands, its timeline, money, messages, documents' digests, letters, papers.

Nothing is hidden from the office's own answer. For a facility everything is left out that the portal does not show it:
who reviewed, notes and reasons of the office among itself, attention items, letters to the office.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from activities.papers.issuing import content_of
from activities.papers.press import PaperNotMade
from activities.places import PlaceRefused, file_of_case
from policy.identity import parse_designation_id
from policy.office import OfficeSettings
from policy.status import EntryView
from policy.text.spreadsheet import MARK, csv_lines
from policy.words import instant_in_words
from records.audit import Asked
from records.money_queries import bills
from records.outbox import notices
from records.papers import papers
from records.queries import messages
from records.tables import Notice, Paper, Signature, Upload
from records.words import Program
from services.case_snapshot import CaseSnapshot
from services.export.parts import Audience, Part, as_json
from services.facility.entries import FIELDS, TOLD, facility_entries, facility_status, letter_kinds, went_to_facility
from services.people.audited import acts_data, every_entry
from services.words import notice_words, plain

ABOUT = ("facility_name", "live", "told_by")
"""What an answer says beside the status: whose case it is, and who told it."""
LETTERS, PAPERS, HISTORY = "letters", "papers", "history"
ENTRY_COLUMNS = ("utc", "office time", "kind", "by", "text")


@dataclass(frozen=True)
class Source:
    """Where an export is gathered.

    Attributes:
        session: The books.
        snapshot: How the case stands.
        settings: The office's settings.
        audience: For whom it is.
    """

    session: Session
    snapshot: CaseSnapshot
    settings: OfficeSettings
    audience: Audience

    @property
    def case_id(self) -> str:
        """The case."""
        return self.snapshot.case.case

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return self.settings.zone

    @property
    def for_office(self) -> bool:
        """Whether nothing is left out."""
        return self.audience is Audience.OFFICE


def parts_of(source: Source, missing: list[str]) -> Iterator[Part]:
    """Yield the files of an export, one after the other.

    Args:
        source: Where it is gathered.
        missing: Takes down what could not be had, and why.

    Raises:
        OSError: A folder of the office cannot be read.
    """
    yield _standing(source)
    entries = entries_for(source)
    yield Part("", "timeline.json", "The timeline", as_json([one.model_dump(mode="json") for one in entries]))
    yield Part("", "timeline.csv", "The timeline, for a spreadsheet", _timeline_rows(entries, source.zone))
    yield _money(source)
    yield _messages(source)
    yield _documents(source, entries)
    yield from _letters(source, missing)
    yield from _papers(source, missing)


def entries_for(source: Source) -> Sequence[EntryView]:
    """Return the timeline, for a facility what it may see of it."""
    entries = source.snapshot.entries
    return entries if source.for_office else facility_entries(source.case_id, entries)


def _standing(source: Source) -> Part:
    status = source.snapshot.as_json()
    if not source.for_office:
        seen = facility_status(source.snapshot.case).model_dump(mode="json", include=FIELDS)
        status = seen | {name: status[name] for name in ABOUT}
    return Part("", "case.json", "How the case stands, with its application", as_json(status))


def _timeline_rows(entries: Iterable[EntryView], zone: ZoneInfo) -> bytes:
    rows = [[one.at.isoformat(), instant_in_words(one.at, zone), one.kind, one.by, one.text] for one in entries]
    return (MARK + csv_lines([ENTRY_COLUMNS, *rows])).encode()


def _money(source: Source) -> Part:
    told = [
        {**bill.invoice.model_dump(), "lines": [line.model_dump() for line in bill.lines], "overdue": bill.overdue}
        for bill in bills(source.session, source.snapshot.case.closed_at or _newest(source), source.case_id)
    ]
    return Part("", "invoices.json", "Invoices with their lines, US dollars", as_json(told))


def _newest(source: Source) -> Any:
    return max(entry.at for entry in source.snapshot.entries)


def _messages(source: Source) -> Part:
    """Return who sent which message when, how it was judged, and by which key it was proved."""
    told = [
        one.model_dump(mode="json", exclude={"case_id"})
        for one in messages(source.session, source.case_id)
        if source.for_office or one.by != "acr" or one.name in TOLD
    ]
    if not source.for_office:
        told = [{name: value for name, value in one.items() if name != "sender"} for one in told]
    return Part("", "messages.json", "Messages with their verdicts and digests", as_json(told))


def audit_part(source: Source) -> Part:
    """Return who did what about the case beside the messages: looked at it, took papers away, exported it."""
    asked = Asked(case=source.case_id)
    told = [acts_data(one) for one in every_entry(source.session, asked) if one.about == source.case_id]
    return Part("", "audit.json", "Who did what about it, the newest first", as_json(told))


def _documents(source: Source, entries: Iterable[EntryView]) -> Part:
    """Return the documents that messages named, with their digests, and who signed what. None is kept here."""
    named = [
        {"at": entry.at.isoformat(), "message": entry.text, **document}
        for entry in entries
        if entry.kind == "message"
        for document in _documents_in(entry.detail)
    ]
    about = {"case_id": source.case_id}
    signed = source.session.exec(select(Signature).filter_by(**about).order_by(col(Signature.at))).all()
    uploaded = source.session.exec(select(Upload).filter_by(**about).order_by(col(Upload.at))).all()
    told = {
        "named": named,
        "signatures": [one.model_dump(mode="json", exclude={"case_id"}) for one in signed],
        "uploads": [one.model_dump(mode="json", exclude={"case_id", "person_id"}) for one in uploaded],
    }
    return Part("", "documents.json", "Documents that were handed in: names and digests", as_json(told))


def _documents_in(value: Any) -> Iterator[dict[str, Any]]:
    """Yield whatever looks like a document in what a message said, wherever it stands."""
    if isinstance(value, dict):
        if "sha256" in value and "uri" in value:
            yield {name: value.get(name) for name in ("name", "uri", "sha256", "signed_by")}
        else:
            for inner in value.values():
                yield from _documents_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _documents_in(inner)


def _letters(source: Source, missing: list[str]) -> Iterator[Part]:
    folder = Path(source.settings.mail.folder)
    program = Program.DICOE if parse_designation_id(source.case_id) else Program.ACCREDITATION
    theirs = set(letter_kinds(program.value, maybe=True))
    for notice in notices(source.session, source.case_id):
        if not source.for_office and not (notice.kind in theirs and went_to_facility(notice, source.settings)):
            continue
        title = f"{notice_words(notice.kind)}: {notice.subject or 'not sent yet'}"
        content = _kept(folder, source.case_id, notice)
        if content is None and notice.body is None:
            missing.append(f"letter {notice.number} ({notice.kind}): it has not been sent")
        elif content is None:
            name = f"{notice.number:04d}-{notice.kind}.txt"
            yield Part(LETTERS, name, f"{title} (its words; the file is no longer there)", _words_of(notice))
        else:
            yield Part(LETTERS, f"{notice.number:04d}-{notice.kind}.eml", title, content)


def _kept(folder: Path, case_id: str, notice: Notice) -> bytes | None:
    """Return a letter as it was sent; None where its copy is no longer there."""
    if not notice.file:
        return None
    try:
        return file_of_case(folder, case_id, Path(notice.file).name).read_bytes()
    except (FileNotFoundError, PlaceRefused):
        return None


def _words_of(notice: Notice) -> bytes:
    heads = [
        f"To: {', '.join(notice.recipients)}",
        f"Subject: {notice.subject or ''}",
        f"Date: {notice.at.isoformat()}",
    ]
    return ("\n".join([*heads, "", notice.body or ""]) + "\n").encode()


def _papers(source: Source, missing: list[str]) -> Iterator[Part]:
    kept = source.settings.papers
    for paper in papers(source.session, source.case_id):
        try:
            content = content_of(paper, Path(kept.folder), kept.fonts)
        except PaperNotMade as error:
            missing.append(f"paper {paper.number}: {error}")
        else:
            yield Part(PAPERS, Path(paper.file).name, _title(paper), content)


def _title(paper: Paper) -> str:
    return f"{plain(paper.kind)} {paper.number}"
