"""A case and its verbs: what every stage and every effect says in a line each.

`timeline` (entries, notices), `awaiting` (who is awaited, reminders, attention), `windows` (deadlines), `money`
(invoices), and `case`, which joins them with stages, marks and closing.
"""

from typing import Any, TypeAlias

from policy.accreditation.cycle import CycleFacts
from policy.designation.edition import DicoeEdition
from policy.designation.facts import DesignationFacts
from policy.edition import Edition
from workflows.case.case import Case
from workflows.case.timeline import FactsT, RulesT

Cycle: TypeAlias = Case[CycleFacts, Edition]
"""An accreditation cycle."""
DesignationCase: TypeAlias = Case[DesignationFacts, DicoeEdition]
"""A designation."""
AnyCase: TypeAlias = Case[Any, Any]
"""A case of either program."""

__all__ = ["AnyCase", "Case", "Cycle", "DesignationCase", "FactsT", "RulesT"]
