"""Makes a plan of a scenario: under which settings, from which instant, under which case id it will be lived."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError

from policy.dates import local_day
from policy.office import Editions, OfficeSettings
from policy.verdict import Finding
from rehearsal.scenario import Scenario
from services.errors import InputFault, RefusedByRule, Unusable
from services.programs import Part, edition_of, findings_of, parts_of
from services.settings import load_settings
from services.validation import input_faults


@dataclass(frozen=True)
class PreparedScenario:
    """A scenario that is about to be lived.

    Attributes:
        scenario: What is sent when.
        settings: The office's settings in it.
        opened_at: When its case opens (UTC): day 0.
        part: The case's part of the application.
    """

    scenario: Scenario
    settings: OfficeSettings
    opened_at: datetime
    part: Part

    @property
    def case_id(self) -> str:
        """The id of its first case."""
        return str(self.part.case_id(1))

    @property
    def facility(self) -> str:
        """Return the name of the facility or practice, empty where the application has none."""
        told = self.part.application.model_dump(mode="json", include={"facility", "practice"})
        return next((holder["name"] for holder in told.values() if holder and holder.get("name")), "")

    @property
    def end(self) -> datetime:
        """The instant after which nothing is sent and nothing lived through."""
        return self.opened_at + timedelta(days=self.scenario.last_day)


def make_plans(scenarios: Sequence[Scenario], settings: OfficeSettings, now: datetime) -> list[PreparedScenario]:
    """Make a plan of each scenario.

    Args:
        scenarios: The scenarios.
        settings: The settings in force, for those that name none of their own.
        now: The real now.

    Raises:
        Unusable: A scenario's settings cannot be read, or its opening day has passed; names every trouble.
        RefusedByRule: An application that no office could open a case for; names every finding.
    """
    plans: list[PreparedScenario] = []
    troubles: list[InputFault] = []
    found: list[Finding] = []
    for scenario in scenarios:
        try:
            plans.append(_plan(scenario, settings, now))
        except Unusable as unusable:
            troubles += unusable.troubles
        except RefusedByRule as refused:
            found += refused.findings
    if troubles:
        raise Unusable(troubles)
    if found:
        raise RefusedByRule(found, instead=["Mend the scenario's application: `accredit check` reads it by itself."])
    return plans


def _plan(scenario: Scenario, settings: OfficeSettings, now: datetime) -> PreparedScenario:
    if scenario.office:
        settings = load_settings(scenario.office)
    if scenario.edition:
        settings = settings.model_copy(update={"editions": _editions(scenario, scenario.edition)})
    opened_at = scenario.opening(now, settings.zone)
    edition = edition_of(scenario.application, local_day(opened_at, settings.zone), settings)
    found = findings_of(scenario.application, edition, settings)
    if found:
        raise RefusedByRule([finding.model_copy(update={"where": _where(scenario, finding)}) for finding in found])
    return PreparedScenario(scenario, settings, opened_at, parts_of(scenario.application, edition)[0])


def _editions(scenario: Scenario, name: str) -> Editions:
    """Return the editions of an office whose cases all begin under the one that the scenario names.

    Raises:
        Unusable: There is none of that name, or the program has no editions that an office adopts.
    """
    if scenario.application.program != "accreditation":
        expected = "nothing: a designation begins under the rules of its day"
        raise Unusable([InputFault(str(scenario.file), "edition", name, expected)])
    try:
        return Editions(accreditation=name)
    except ValidationError as error:
        found = input_faults(error, Editions, str(scenario.file))
        raise Unusable([fault._replace(field="edition") for fault in found]) from None


def _where(scenario: Scenario, finding: Finding) -> str:
    return f"{scenario.file}: application: {finding.where}" if finding.where else f"{scenario.file}: application"
