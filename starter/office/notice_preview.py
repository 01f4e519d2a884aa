"""A notice to look at, before any facility gets it: nothing is sent, nothing is written into the books."""

import json
from collections.abc import Sequence
from pathlib import Path

import typer

from activities.delivery import a_letter
from activities.mail import Letter, as_message
from activities.notices.compose import NotWritten, compose
from activities.notices.dates import dates_of
from activities.notices.index import book_of
from activities.notices.previews import Sample, programs_of, sample_case, sample_notice
from activities.papers.issuing import ANNOUNCED
from activities.recipients import recipients
from policy.office import OfficeSettings
from policy.rules import RADIATION_ONCOLOGY
from records.outbox import notices
from records.queries import deadlines
from records.tables import CaseRecord
from services.case_snapshot import known_case
from services.errors import InputFault, Unusable
from services.settings import SAMPLES
from starter.terminal.books import reading
from starter.terminal.context import office_of
from starter.terminal.output import note, say, say_lines
from starter.terminal.saving import save

SAMPLE_OF = {
    "accreditation": "ct-unit.json",
    "dicoe": "dicoe-ohio.json",
    RADIATION_ONCOLOGY: "radiation-oncology.json",
}
"""The shipped application that a preview is about, where no case is named."""
BANNER = "PREVIEW: this letter was not sent to anybody."
NOBODY = "nobody@example.org"
"""In the place of a facility that has no address."""


def preview(ctx: typer.Context, case_id: str | None, kind: str, *, html: Path | None, eml: Path | None) -> None:
    """Print a notice as a facility would get it, and write it into the files that are named.

    Raises:
        Unusable: There is no such kind, its text cannot be filled, or a file cannot be written.
        NoSuchCase: The books do not hold the case.
    """
    office = office_of(ctx, amounts=False)
    programs = programs_of(kind)
    if not programs:
        expected = "the name of a text in activities/notices/texts, for example final_report"
        raise Unusable([InputFault("--preview", "", kind, expected)])
    case, sample = _of_books(ctx, case_id, kind) if case_id else _of_sample(programs[0], kind)
    letter = _letter(case, sample, office)
    say(BANNER, style="bold")
    say(f"To: {', '.join(letter.to)}")
    if letter.cc:
        say(f"Cc: {', '.join(letter.cc)}")
    say(f"Subject: {letter.subject}")
    for attached in (*(attachment.name for attachment in letter.attachments), *_papers(kind)):
        say(f"Attached: {attached}")
    say()
    say_lines(letter.body)
    if html:
        _write(html, letter.html.encode())
    if eml:
        marked = letter._replace(subject=f"[Preview] {letter.subject}", body=f"{BANNER}\n\n{letter.body}")
        _write(eml, as_message(marked).as_bytes())


def _of_books(ctx: typer.Context, case_id: str, kind: str) -> tuple[CaseRecord, Sample]:
    """Return a case of the books with its latest notice of a kind, else with a sample of one."""
    with reading(ctx) as session:
        case = known_case(session, case_id)
        if book_of(case) not in programs_of(kind):
            raise Unusable([InputFault("--preview", "", kind, "a kind of notice that this case's program sends")])
        latest = next((one for one in reversed(notices(session, case_id)) if one.kind == kind), None)
        if latest:
            return case, Sample(latest, deadlines(session, case_id))
    note("The case has had no such notice yet: what it says is a sample.")
    return case, sample_notice(case, kind)


def _of_sample(program: str, kind: str) -> tuple[CaseRecord, Sample]:
    """Return the case that a shipped application would open, with a sample of a notice."""
    application = json.loads((SAMPLES / SAMPLE_OF[program]).read_text("utf-8"))
    case = sample_case(application["program"], application)
    note(f"No case is named: the facility is the one of samples/{SAMPLE_OF[program]}, and what is said is a sample.")
    return case, sample_notice(case, kind)


def _letter(case: CaseRecord, sample: Sample, office: OfficeSettings) -> Letter:
    notice, running = sample
    try:
        words = compose(notice.kind, case, notice.facts, notice.at, office, running, preview=True)
    except NotWritten as error:
        raise Unusable([InputFault("activities/notices", "", str(error), "a text that can be filled")]) from None
    to, cc, *_ = recipients(notice.kind, case, notice.facts, office)
    dates = dates_of(case, notice, words, running, (), office)
    return a_letter(case, notice, words, office, to=to or (NOBODY,), cc=cc, attachments=tuple(dates))


def _papers(kind: str) -> Sequence[str]:
    return [
        f"{paper.value.replace('_', ' ')} (PDF, made when the notice goes out)" for paper in ANNOUNCED.get(kind, ())
    ]


def _write(file: Path, content: bytes) -> None:
    save(content, file)
    note(f"Written: {file}")
