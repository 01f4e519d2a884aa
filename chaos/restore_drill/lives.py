"""What happens in the office of a drill: before the backup, and between the backup and the loss."""

from dataclasses import dataclass, field
from typing import Any

from tests.office import AREAS, LivingOffice


@dataclass
class Lives:
    """The cases of a drill, by what becomes of them."""

    cases: dict[str, str] = field(default_factory=dict)

    async def before(self, office: LivingOffice) -> None:
        """Begin cases and bring them to where the backup finds them."""
        self.cases["begun"] = await office.start()
        self.cases["testing"] = await office.start()
        await office.pay_and_accept(self.cases["testing"])
        self.cases["options"] = await office.start()
        await office.report(self.cases["options"])
        self.cases["designation"] = await office.start_designation()
        await self.settle(office)

    async def after(self, office: LivingOffice) -> None:
        """Go on in every case: money, a package, a choice with its invoice, a closing, a case that is new."""
        begun, testing, options = (self.cases[name] for name in ("begun", "testing", "options"))
        number = (await office.status(begun))["invoices"][0]["number"]
        await office.tell(begun, "credit_invoice", invoice=number, amount="100.00", reason="a sample unit")
        await office.pay_and_accept(begun, days_ago=0.5)
        subjects = {area: None if area == "phantom" else f"subject-{area}" for area in AREAS}
        exams = [{"area": area, "exam": f"{area} exam", "subject": subject} for area, subject in subjects.items()]
        somebody: dict[str, Any] = {"on_behalf_of": {"name": "Ann Sample"}, "reason": "by fax"}
        await office.tell(testing, "submit_testing_package", medium="upload", exams=exams, **somebody)
        await office.tell(options, "choose_option", option="repeat", attested=True, **somebody)
        await office.until(options, "its invoice", lambda told: bool(told["invoices"][-1]["number"]))
        self.cases["new"] = await office.start()
        await office.pay_and_accept(self.cases["new"], days_ago=0.4)
        self.cases["closed"] = await office.start()
        await office.tell(
            self.cases["closed"], "withdraw_case", reason="the unit is sold", on_behalf_of={"name": "Ann"}
        )
        await self.settle(office)

    async def settle(self, office: LivingOffice) -> None:
        """Wait until every case has told all that it knows, and every letter is out."""
        for case_id in self.cases.values():
            await office.until_at_rest(case_id)
