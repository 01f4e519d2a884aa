"""`accredit notices`: what was sent to whom, what could not be sent and why; one of them once more, or to look at."""

from pathlib import Path
from typing import Annotated, Any

import typer

from activities.delivery import deliver
from activities.mail import MailAway, mailer_of
from policy.office import Mail
from records.outbox import notices as listed
from records.outbox import send_again
from records.tables import Notice
from records.words import NoticeStatus
from services.case_snapshot import known_case
from services.clock import now
from services.errors import ExitCode, InputFault, NoSuchCase, NotReachable, Unusable
from services.upkeep.bounced import bounces_in_words, letter_state
from starter.cases.timeline import local
from starter.office.notice_preview import preview as show_preview
from starter.terminal import completion
from starter.terminal.arguments import AsJson, OfCase
from starter.terminal.books import books_of, reading
from starter.terminal.context import office_of
from starter.terminal.output import note, say, say_lines, show_json, show_table

Resend = Annotated[int | None, typer.Option("--resend", metavar="ID", help="Send this notice of the case again, now.")]
Read = Annotated[int | None, typer.Option("--read", metavar="ID", help="Print this notice of the case as it was sent.")]
Troubled = Annotated[bool, typer.Option("--troubled", help="Only what did not go out as it should.")]
Preview = Annotated[
    str | None,
    typer.Option(
        "--preview",
        metavar="KIND",
        help="Print such a notice as the case's facility would get it.",
        autocompletion=completion.notice_kinds,
    ),
]
Html = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write the preview as a page, too.")]
Eml = Annotated[Path | None, typer.Option("--eml", metavar="FILE", help="Write the preview as a letter, too.")]
COLUMNS = {
    "number", "kind", "at", "status", "recipients", "reached", "subject", "sent_at", "file", "attachments",
    "problem_rule", "problem", "bounces",
}  # fmt: skip


def notices(
    ctx: typer.Context,
    case: OfCase = None,
    resend: Resend = None,
    read: Read = None,
    troubled: Troubled = False,
    preview: Preview = None,
    html: Html = None,
    eml: Eml = None,
    as_json: AsJson = False,
) -> None:
    """List notices: when, of which kind, to whom, and what became of them. A notice's ID is its number in its case.

    Of one case, or of all of them, with what keeps a notice from going out: an address that the mail server refuses,
    with its answer. Without a mail server letters are files in the mail folder, and are said to be written, not sent.
    A preview needs no case: it is then about the shipped sample; nothing is sent.

    For example:

        accredit notices accreditation.OH-0417.ct.CT-1.1
        accredit notices accreditation.OH-0417.ct.CT-1.1 --read 3
        accredit notices accreditation.OH-0417.ct.CT-1.1 --resend 3
        accredit notices --troubled
        accredit notices --preview final_report --html report.html
    """
    if preview is not None:
        show_preview(ctx, case, preview, html=html, eml=eml)
        return
    if html or eml:
        raise Unusable([InputFault("--html, --eml", "", "no --preview", "the kind of notice to write: --preview KIND")])
    if case is None and (resend is not None or read is not None):
        raise Unusable([InputFault("CASE", "", "nothing", "the case whose notice is meant; its ID counts within it")])
    if case is not None and resend is not None:
        _resend(ctx, case, resend)
    with reading(ctx) as session:
        if case is not None:
            known_case(session, case)
        found = [one for one in listed(session, case) if not troubled or one.problem]
    if case is not None and (chosen := resend if resend is not None else read) is not None:
        _tell_one(_numbered(found, case, chosen), whole=read is not None, as_json=as_json)
    elif as_json:
        show_json([_as_json(one) for one in found])
    elif not found:
        note("No notices.")
    else:
        _tell_all(ctx, found, of_one=case is not None)


def _resend(ctx: typer.Context, case_id: str, number: int) -> None:
    """Put a notice back into the outbox and deliver it, with whatever else waits there."""
    settings = office_of(ctx, amounts=False)
    with books_of(ctx) as books:
        with books.writing() as session:
            known_case(session, case_id)
            if not send_again(session, case_id, number):
                raise _no_notice(case_id, number)
        try:
            deliver(books, mailer_of(settings.mail), settings, case_id, now())
        except OSError as error:
            raise _away(settings.mail, error) from None


def _away(mail: Mail, error: OSError) -> NotReachable:
    """Return the problem of mail that cannot be reached; what was to be sent waits."""
    waits = "The notice waits in the outbox and goes out with the case's next one, or when it is sent again."
    if isinstance(error, MailAway):
        return NotReachable("mail server", f"{mail.host}:{mail.port}", f"{error.mend} {waits}", error.found.rstrip("."))
    mend = "Mend [mail] in office.toml."
    return NotReachable("mail", mail.folder, f"{mend} {waits}", error.strerror or str(error))


def _no_notice(case_id: str, number: int) -> NoSuchCase:
    return NoSuchCase("notice", f"{number} of {case_id}", f"`accredit notices {case_id}` lists them.")


def _numbered(found: list[Notice], case_id: str, number: int) -> Notice:
    chosen = next((one for one in found if one.number == number), None)
    if chosen is None:
        raise _no_notice(case_id, number)
    return chosen


def _tell_one(one: Notice, *, whole: bool, as_json: bool) -> None:
    """Print one notice; a notice that was sent again and did not go out ends the command with exit code 1."""
    if as_json:
        show_json(_as_json(one) | ({"body": one.body} if whole else {}))
    else:
        say(f"{one.case_id} notice {one.number}, {one.kind}: {letter_state(one)}", style="bold")
        say(f"To: {', '.join(one.recipients) or 'nobody'}")
        if one.status == NoticeStatus.PENDING and one.reached:
            say(f"Reached so far: {', '.join(one.reached)}")
        say(f"Subject: {one.subject or ''}")
        if one.attachments:
            say(f"Attached: {', '.join(one.attachments)}")
        for line in bounces_in_words(one):
            say(f"Came back from {line}")
        if one.problem:
            say(f"Problem: {one.problem} ({one.problem_rule})", style="red")
        if whole:
            say()
            say_lines(one.body or "It has not been sent yet.")
    if not whole and one.status != NoticeStatus.SENT:
        raise typer.Exit(ExitCode.NOT_AS_EXPECTED)


def _tell_all(ctx: typer.Context, found: list[Notice], *, of_one: bool) -> None:
    """List notices; those of one case without its id, which whoever asked has named."""
    zone = office_of(ctx, amounts=False).zone
    rows = []
    for one in found:
        state = letter_state(one) + (f": {one.problem}" if one.problem else "")
        to = ", ".join(one.recipients)
        row = [str(one.number), local(one.at, zone), one.kind, to, one.subject or "", state]
        rows.append(row if of_one else [*row, one.case_id])
    columns = ["ID", "When", "Kind", "To", "Subject", "State"]
    show_table(columns if of_one else [*columns, "Case"], rows, right=["ID"])


def _as_json(one: Notice) -> dict[str, Any]:
    return {"case": one.case_id, **one.model_dump(mode="json", include=COLUMNS)}
