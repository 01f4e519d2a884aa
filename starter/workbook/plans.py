"""The workbooks that there are, by program."""

from starter.workbook import accreditation, dicoe
from starter.workbook.plan import Plan

PLANS: dict[str, Plan] = {plan.program: plan for plan in (accreditation.PLAN, dicoe.PLAN)}
"""The workbook of each program."""
SHEETS = tuple(page.title for page in accreditation.PLAN.pages)
"""The sheets of either workbook, in their order."""
