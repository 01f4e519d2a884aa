"""Where messages arrive at a case, as updates or as signals.

`updates` and `signals` hear them, `incoming` says what speaks against one whatever it says, `lookups` fetches what lies
outside of the case, and `inbox` judges, carries out and records.
"""

from workflows.case.inbox.inbox import Effects, Inbox, Judge

__all__ = ["Effects", "Inbox", "Judge"]
