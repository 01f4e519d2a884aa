"""The audit of what is locked: what it lets pass, what it does not, and that silence is never good news."""

import re
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from tools import audit
from tools.audit import CLEAN, NOT_AUDITED, VULNERABLE, Accepted, Advisory, Audit, Package, judge, read_accepted

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2027, 1, 31)
FINE = Package(name="fine", version="1.0")
WEAK = Package(name="weak", version="1.0", vulns=(Advisory(id="GHSA-1", aliases=("CVE-1",), fix_versions=("1.1",)),))
UNKNOWN = Package(name="unknown", skip_reason="Dependency not found")


def accepted(name: str = "GHSA-1", package: str = "weak", until: date = TODAY) -> Accepted:
    return Accepted(id=name, package=package, reason="not used here", until=until)


@pytest.mark.parametrize(
    ("packages", "lets_pass", "code"),
    [
        ([FINE], [], CLEAN),
        ([FINE, WEAK], [], VULNERABLE),
        ([WEAK], [accepted()], CLEAN),
        ([WEAK], [accepted("CVE-1")], CLEAN),
        ([WEAK], [accepted(until=date(2027, 1, 30))], VULNERABLE),
        ([WEAK], [accepted(package="fine")], VULNERABLE),
        ([FINE, UNKNOWN], [], NOT_AUDITED),
        ([WEAK, UNKNOWN], [], VULNERABLE),
    ],
)
def test_what_stands_against_a_package_and_what_nobody_knows(
    packages: list[Package], lets_pass: list[Accepted], code: int
) -> None:
    assert judge(Audit(dependencies=tuple(packages)), lets_pass, TODAY).code == code


def test_a_source_that_knows_no_package_is_no_good_news(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = {"pypi": Audit(dependencies=(UNKNOWN, FINE)), "osv": "osv could not be asked: no such host"}
    monkeypatch.setattr(audit, "ask", answers.__getitem__)
    monkeypatch.setattr(audit, "locked", lambda: ("unknown", "fine"))
    assert audit.main() == NOT_AUDITED
    assert "!!! NOT AUDITED: unknown of requirements-dev.lock" in capsys.readouterr().out


def test_a_package_that_a_source_leaves_out_is_not_audited() -> None:
    found = judge(Audit(dependencies=(FINE,)), (), TODAY, [FINE.name, "Left_Out"])
    assert (found.code, found.not_looked_up) == (NOT_AUDITED, ("Left_Out",))


def test_what_is_let_pass_has_a_reason_and_a_last_day(tmp_path: Path) -> None:
    assert all(one.reason and one.until for one in read_accepted())
    file = tmp_path / "accepted.toml"
    file.write_text('[[accepted]]\nid = "GHSA-1"\npackage = "weak"\nuntil = 2027-01-31\n')
    with pytest.raises(ValidationError, match="reason"):
        read_accepted(file)


def test_the_lock_that_is_audited_has_all_that_the_image_installs() -> None:
    installed, held = (
        set(re.findall(r"^([\w-]+==\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))
        for name in ("requirements.lock", audit.LOCK)
    )
    assert installed <= held


def test_the_continuous_checks_audit_and_say_where_they_could_not() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "-m tools.audit || status=$?" in script
    assert f"{NOT_AUDITED}) not_run+=" in script
