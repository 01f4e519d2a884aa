"""A patch ships in two releases: the first one knows it, the next one uses it.

A patch that is used in the release that brings it bars the way back: whatever has gone on with it has its marker in the
history, and the version before does not know what that means. So a new id stands in `HELD` for one release. Its code is
there, and a history that has the marker replays; but no case takes it, and every case still writes what the version
before can read. The next release takes the id out. `make rollback-check` fails where this was forgotten.

The rule counts from the first tagged release on. Before it nothing is deployed that one could go back to, so the ids of
until then are used at once, and `HELD` is empty.
"""

from temporalio.worker import PatchActivationInput

HELD: frozenset[str] = frozenset()
"""Ids that this release knows and does not use yet, as `workflow.patched` has them, without what follows a comma (the
number of a round)."""


def may_use(asked: PatchActivationInput) -> bool:
    """Whether a case that comes to a patch for the first time takes it. No replay asks this: the history says it."""
    return asked.patch_id not in HELD and asked.patch_id.partition(", ")[0] not in HELD
