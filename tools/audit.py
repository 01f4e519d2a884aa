"""`make audit`: hold every locked package against the advisories that are known, by pip-audit.

What could not be looked up is no good news: pip-audit says "No known vulnerabilities found" of packages that its source
does not know, too. So each package counts as audited only where the source has told of it, and the rest is named.

Exit code 0: every package was looked up and nothing stands against it but what `accepted.toml` lets pass; 1: something
does; 3: not everything could be looked up, and nothing is known against the rest.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

ROOT = Path(__file__).resolve().parent.parent
LOCK = "requirements-dev.lock"
"""It names everything that requirements.lock does, in the same versions, and what the tests need beside it."""
MOST_NAMED = 10
"""Packages that are named at most where they could not be looked up."""
ACCEPTED = ROOT / "tools" / "accepted.toml"
SOURCES = ("pypi", "osv")
"""Where pip-audit can ask for advisories, in the order in which they are tried."""
WITHIN = 600
"""Seconds for one source."""
CLEAN, VULNERABLE, NOT_AUDITED = 0, 1, 3


class Advisory(BaseModel):
    """A vulnerability of a package: its id, other ids of the same, and the versions that mend it."""

    id: str
    aliases: tuple[str, ...] = ()
    fix_versions: tuple[str, ...] = ()


class Package(BaseModel):
    """What was found of a package; `skip_reason`: why nothing could be."""

    name: str
    version: str = ""
    vulns: tuple[Advisory, ...] = ()
    skip_reason: str | None = None


class Audit(BaseModel):
    """What pip-audit answers."""

    dependencies: tuple[Package, ...]


class Accepted(BaseModel):
    """A vulnerability that is let pass until a day, with its reason."""

    model_config = ConfigDict(extra="forbid")

    id: str
    package: str
    reason: str
    until: date


class Reached(BaseModel):
    """The verdict: what stands against it, and what could not be looked up."""

    against: tuple[str, ...] = ()
    not_looked_up: tuple[str, ...] = ()

    @property
    def code(self) -> int:
        """The exit code."""
        return VULNERABLE if self.against else NOT_AUDITED if self.not_looked_up else CLEAN


def read_accepted(file: Path = ACCEPTED) -> tuple[Accepted, ...]:
    """Return what is let pass.

    Raises:
        ValidationError: An entry lacks its reason or its day.
    """
    entries = tomllib.loads(file.read_text("utf-8"))["accepted"]
    return tuple(Accepted.model_validate(entry) for entry in entries)


def locked() -> tuple[str, ...]:
    """Return the names of the locked packages."""
    return tuple(re.findall(r"(?m)^([A-Za-z0-9._-]+)==", (ROOT / LOCK).read_text("utf-8")))


def judge(audit: Audit, accepted: Sequence[Accepted], today: date, names: Sequence[str] = ()) -> Reached:
    """Return what stands against packages on a day; `names`: those that had to be looked up.

    A source leaves out, without a word, what is not installed on the system that asks.
    """
    passes = {(one.package, one.id) for one in accepted if today <= one.until}
    against = [
        f"{one.name} {one.version}: {advisory.id}, mended in {', '.join(advisory.fix_versions) or 'no version yet'}"
        for one in audit.dependencies
        for advisory in one.vulns
        if not any((one.name, name) in passes for name in (advisory.id, *advisory.aliases))
    ]
    skipped = [one.name for one in audit.dependencies if one.skip_reason]
    told = {_plain(one.name) for one in audit.dependencies}
    left_out = [name for name in names if _plain(name) not in told]
    return Reached(against=tuple(against), not_looked_up=(*skipped, *left_out))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def ask(source: str) -> Audit | str:
    """Return what a source of advisories knows of the locked packages, or in a line why it could not be asked."""
    command = (
        *(sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--requirement", LOCK),
        *("--vulnerability-service", source, "--format", "json", "--progress-spinner", "off"),
    )
    try:
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=WITHIN, check=False)
    except subprocess.TimeoutExpired:
        return f"{source} did not answer within {WITHIN} s"
    try:
        return Audit.model_validate_json(ran.stdout)
    except ValidationError:
        said = ran.stderr.strip().splitlines() or ["nothing"]
        return f"{source} could not be asked: {said[-1][:200]}"


def look_up(accepted: Sequence[Accepted], today: date) -> Reached:
    """Look the locked packages up where advisories can be reached, and tell of sources that do not help."""
    best = Reached(not_looked_up=("every package",))
    for source in SOURCES:
        answer = ask(source)
        if isinstance(answer, str):
            tell(answer)
            continue
        best = judge(answer, accepted, today, locked())
        if best.code != NOT_AUDITED:
            return best
        tell(f"{source} knows nothing of {len(best.not_looked_up)} packages")
    return best


def tell(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


def main() -> int:
    """Audit what is locked; return the exit code."""
    accepted, today = read_accepted(), datetime.now(UTC).date()
    for one in accepted:
        if today > one.until:
            tell(f"{ACCEPTED.name}: {one.id} of {one.package} was let pass until {one.until}, and counts again")
    found = look_up(accepted, today)
    for line in found.against:
        tell(f"VULNERABLE: {line}")
    if found.not_looked_up:
        many = f"{len(found.not_looked_up)} packages" if len(found.not_looked_up) > MOST_NAMED else ""
        tell(f"!!! NOT AUDITED: {many or ', '.join(found.not_looked_up)} of {LOCK}: no source that answers knows them")
    elif found.code == CLEAN:
        tell(f"Every package of {LOCK} was looked up, and nothing is known against any that is not let pass")
    return found.code


if __name__ == "__main__":
    sys.exit(main())
