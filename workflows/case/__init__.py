"""A case and its verbs: what every step and every claim says in a line each.

`telling` (timeline, notices), `asking` (who is awaited, silence, attention), `windows` (deadlines), `money` (invoices),
and `whole`, which joins them with stages, marks and closing.
"""

from typing import Any, TypeAlias

from policy.cycle import CycleFacts
from policy.dicoe.edition import DicoeEdition
from policy.dicoe.facts import DesignationFacts
from policy.edition import Edition
from workflows.case.telling import FactsT, RulesT
from workflows.case.whole import Case

Cycle: TypeAlias = Case[CycleFacts, Edition]
"""An accreditation cycle."""
DesignationCase: TypeAlias = Case[DesignationFacts, DicoeEdition]
"""A designation."""
AnyCase: TypeAlias = Case[Any, Any]
"""A case of either program."""

__all__ = ["AnyCase", "Case", "Cycle", "DesignationCase", "FactsT", "RulesT"]
