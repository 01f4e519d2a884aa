"""My Final Reports, and a final report on a page of its own, whose first opening is the message `view_final_report`."""

import hashlib
from dataclasses import replace
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.responses import Response
from temporalio.service import RPCError

from policy.messages import ViewFinalReport
from portal.page import Page, Who
from portal.sending import send
from portal.visit import Visit
from records.facility.view import reports_of
from services.errors import ServiceError
from services.facility.reports import Report, option_status, reports
from services.queries import NotRunning

NOT_ON_EACH = ("equipment", "round", "deficiencies", "concerns", "withdrawn", "plan_due", "appeal_due")
"""What some reports say and others do not: an appeal's result no attempt, a survey's report no withdrawn areas."""
VIEW_WITHIN = timedelta(seconds=5)
"""How long a reader waits for the case to take the viewing; the report is shown all the same."""


async def my_reports(visit: Visit) -> Response:
    """Show every final report and appeal result of the organisation, and how the option form of each stands."""
    org, now, zone = visit.who.org, visit.now, visit.world.zone
    found = await visit.read(lambda session: reports(reports_of(session, org=org)))
    rows = [(one, option_status(one, now, zone)) for one in found]
    return visit.page("facility/reports.html.j2", title="My Final Reports", rows=rows)


async def final_report(visit: Visit) -> Response:
    """Show one report; that somebody of the facility opens the newest one for the first time is told to the case."""
    case_id, number = visit.its_case.case_id, visit.request.path_params["number"]
    every = await visit.read(lambda session: reports(reports_of(session, case_ids=[case_id])))
    report = next((one for one in every if one.number == number), None)
    if report is None:
        raise HTTPException(404)
    recorded, why_not = await _view(visit, report)
    now, zone = visit.now, visit.world.zone
    viewed = report.viewed_at or (now if recorded else None)
    status = option_status(replace(report, viewed_at=viewed), now, zone)
    return visit.page(
        "facility/report.html.j2",
        title="Final Report",
        report=report,
        told=dict.fromkeys(NOT_ON_EACH) | report.facts,
        viewed=viewed,
        just_recorded=recorded,
        why_not="" if report.passed else why_not,
        option=status,
    )


async def _view(visit: Visit, report: Report) -> tuple[bool, str]:
    """Tell the case that its report was opened, where that is to be told. Returns whether it was, or why it was not.

    Asking for the head of the page, or a browser's fetching it before anybody has clicked, is no viewing.
    """
    if not report.newest or report.closed or not report.to_be_viewed or not _is_opened(visit):
        return False, ""
    if visit.role_for(ViewFinalReport.SENDERS) is None:
        return False, ""
    minute = visit.now.strftime("%Y-%m-%dT%H:%M")  # opened twice it is one message; refused, it is tried again later
    identity = hashlib.sha256(f"{visit.who.person_id}\0{report.number}\0{minute}".encode()).hexdigest()[:32]
    fields = {"message_id": f"view-{identity}"}
    try:
        verdict = await send(visit, report.case_id, ViewFinalReport, fields, VIEW_WITHIN)
    except (ServiceError, NotRunning, RPCError):
        return False, "The case could not be reached just now."
    return verdict.accepted, "" if verdict.accepted else (verdict.reason or "The case did not take it.")


def _is_opened(visit: Visit) -> bool:
    """Whether somebody opens the page: not its head alone, and not a browser that fetches it ahead."""
    headers = visit.request.headers
    ahead = "".join(headers.get(name, "").lower() for name in ("sec-purpose", "purpose", "x-moz", "x-purpose"))
    return visit.request.method == "GET" and "prefetch" not in ahead and "preview" not in ahead


PAGES = (
    Page("/reports", Who.FACILITY, my_reports),
    Page("/cases/{case}/reports/{number}", Who.FACILITY, final_report),
)
