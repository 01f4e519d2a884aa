"""Radiation oncology's own forms: the self-audit, the re-application after a denial, the appeal to the committee."""

from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.responses import Response

from activities.terms import rules_of
from policy.edition import Edition
from policy.messages import Message, SubmitCommitteeAppeal, SubmitReapplication, SubmitSelfAudit
from portal.facility.small import form_page, take_form
from portal.forms.asked import Form, empty_form, posted_form
from portal.forms.hints import Hints, hints_for
from portal.page import Handler, Page, Who
from portal.standing import stands
from portal.visit import Visit
from services.case_snapshot import CaseSnapshot


class Asked(NamedTuple):
    """A form: its page's address and title, and its message."""

    address: str
    title: str
    model: type[Message]


FORMS = (
    Asked("self-audit", "Self-Audit", SubmitSelfAudit),
    Asked("re-application", "Re-Application", SubmitReapplication),
    Asked("committee-appeal", "Appeal to the Committee", SubmitCommitteeAppeal),
)


def _terms_of(visit: Visit) -> Edition:
    """Return the rules of the case in the address; 404 where no survey accredits it."""
    terms = rules_of(visit.its_case, visit.now, visit.world.settings)
    if not isinstance(terms, Edition) or not terms.survey_based:
        raise HTTPException(404)
    return terms


def _show(asked: Asked) -> Handler:
    async def show(visit: Visit) -> Response:
        terms, snapshot = _terms_of(visit), await stands(visit)
        hints = hints_for(asked.model, snapshot, visit.world.zone, visit.now)
        form = empty_form(asked.model, hints, visit.world.zone, office=False)
        return _page(visit, asked, terms, snapshot, form)

    show.__doc__ = f"Show what it is about and its form: {asked.title}."
    return show


def _submit(asked: Asked) -> Handler:
    async def submit(visit: Visit) -> Response:
        terms, snapshot = _terms_of(visit), await stands(visit)
        form = posted_form(visit, asked.model, Hints(), office=False)
        return await take_form(visit, form, lambda shown, status: _page(visit, asked, terms, snapshot, shown, status))

    submit.__doc__ = f"Send it: {asked.title}."
    return submit


def _page(
    visit: Visit, asked: Asked, terms: Edition, snapshot: CaseSnapshot, form: Form, status: int = 200
) -> Response:
    return form_page(
        visit, "facility/oncology.html.j2", asked.title, snapshot, form, status, asked=asked, terms=terms.surveyed
    )


PAGES: tuple[Page, ...] = tuple(
    Page(f"/cases/{{case}}/{asked.address}", Who.FACILITY, _show(asked), _submit(asked)) for asked in FORMS
)
