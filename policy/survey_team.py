"""The team of a survey: every role is there, and each is another person (S0, S1; readings, "Settled since")."""

from collections.abc import Mapping, Sequence

from policy.messages import TeamMember
from policy.names import folded
from policy.rules import refuse
from policy.words import listed, role_in_words


def judge_team(
    team: Sequence[TeamMember],
    needed: Sequence[str],
    *,
    stands_for: Mapping[str, str] | None = None,
    each_another: bool = True,
    source: str = "",
    body: str = "ACR",
) -> None:
    """Judge that a survey's team has every role, and that no two of them are one person.

    Args:
        team: Who comes. Somebody may be listed in several roles; he counts in one of them.
        needed: The roles that the team must have.
        stands_for: Roles that count as another one.
        each_another: Whether each role must be another person (cases that began before revision 3: not judged).
        source: Where the team's rule stands, where that is not the rule's own place.
        body: Who accredits, as the roles of its staff name it.

    Raises:
        Refused: `survey.team_incomplete`.
    """
    people: dict[str, set[str]] = {role: set() for role in needed}
    for member in team:
        role = (stands_for or {}).get(member.role, member.role)
        people.setdefault(role, set()).add(folded(member.name))
    whole = f"The team is {listed(_named(needed, body))}, each of them another person."
    if missing := [role for role in needed if not people[role]]:
        raise refuse(
            "survey.team_incomplete", f"The team has no {listed(_named(missing, body))}.", whole, source=source
        )
    if each_another and not _is_possible([people[role] for role in needed], set()):
        shared = [m.name for m in team if sum(folded(m.name) in people[role] for role in needed) > 1]
        raise refuse(
            "survey.team_incomplete",
            f"{listed(dict.fromkeys(shared))} cannot stand for more than one of the roles "
            f"{listed(_named(needed, body))}.",
            whole,
            source=source,
        )


def _named(roles: Sequence[str], body: str) -> list[str]:
    return [role_in_words(role, body) for role in roles]


def _is_possible(candidates: Sequence[set[str]], taken: set[str]) -> bool:
    """Whether every role can be given to somebody who has none yet."""
    if not candidates:
        return True
    first, *rest = candidates
    return any(_is_possible(rest, taken | {person}) for person in first - taken)
