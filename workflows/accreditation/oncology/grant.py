"""Granting a radiation oncology practice its three years: by the report, by an appeal, or by an approved plan."""

from policy.accreditation.rounds import AreaState
from workflows.accreditation.grant import issue_certificate
from workflows.case import Cycle


def grant(case: Cycle) -> None:
    """Accredit the practice with every site, for three years from this day; from the first one's where it stands."""
    for area in case.facts.areas_in(AreaState.NOT_ACCEPTABLE):
        area.state, area.passed_at = AreaState.ACCEPTABLE, case.at
    this = case.facts.round
    passed = this.findings if this.outcome == "accredited" else None
    told = {"round": this.kind, "findings": [one.model_dump(mode="json") for one in passed]} if passed else {}
    issue_certificate(case, case.issued_at, this.passed_from or case.issued_at, told)
