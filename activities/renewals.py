"""By what a renewal is judged: the edition in force when it is applied for, and the office's fees of that moment."""

from pydantic import ValidationError

from activities.contract import RenewalRules, RenewalToJudge
from activities.contract.calls import modality_in
from activities.terms import DICOE, rules_at
from policy.accreditation import completeness
from policy.application import AccreditationApplication
from policy.designation import completeness as dicoe_completeness
from policy.designation.application import DicoeApplication
from policy.designation.edition import DicoeEdition
from policy.edition import Edition, Rules
from policy.incoming import judge_application
from policy.office import OfficeSettings
from policy.verdict import Finding, Refused

UNSET = "fee.not_configured"


def rules_of_renewal(asked: RenewalToJudge, office: OfficeSettings) -> RenewalRules:
    """Return the edition and what stands against the application; one that cannot be read is told by the case.

    Raises:
        EditionError: No edition was in force.
    """
    terms = rules_at(asked.program, asked.at, modality_in(asked.application), office.editions)
    findings = [finding for finding in _findings(asked, terms, office) if finding.rule != UNSET]
    return RenewalRules(terms=terms.model_dump(mode="json"), findings=tuple(findings))


def _findings(asked: RenewalToJudge, terms: Rules, office: OfficeSettings) -> list[Finding]:
    try:
        if asked.program == DICOE and isinstance(terms, DicoeEdition):
            practice = DicoeApplication.model_validate(asked.application)
            judge_application(practice)
            return dicoe_completeness.findings(practice, terms, office)
        if isinstance(terms, Edition):
            application = AccreditationApplication.model_validate(asked.application)
            judge_application(application)
            return completeness.findings(application, terms, office)
    except ValidationError:
        pass
    except Refused as refused:  # the renewal's own case would not begin with it
        return [Finding(rule=refused.rule, where="application", reason=refused.reason, source=refused.source)]
    return []
