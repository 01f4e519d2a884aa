"""Keeps the form of every shipped edition that has none yet (`python -m tools.editions`); none is ever taken away."""

from collections.abc import Iterator
from pathlib import Path

from policy.designation.edition import dicoe_edition_in_force, shipped_parts
from policy.edition import EditionError, Rules, shipped_editions
from policy.terms.register import kept_forms

KEPT = Path(__file__).parents[1] / "policy" / "editions" / "kept"


def shipped() -> Iterator[Rules]:
    """Yield every edition that a case can take along: those of the files, and each merged one of the designation."""
    yield from shipped_editions("accreditation")
    for day in sorted({part["effective"] for part in shipped_parts()}):
        try:
            yield dicoe_edition_in_force(day)
        except EditionError:  # a part was not in force yet
            continue


def keep(folder: Path = KEPT) -> list[Path]:
    """Write the forms that are missing, and return their files."""
    missing = {edition.digest(): edition for edition in shipped() if edition.digest() not in kept_forms()}
    files = []
    for digest, edition in missing.items():
        file = folder / f"{edition.program}-{edition.edition}-{digest}.json"
        file.write_bytes(edition.form())
        files.append(file)
    return files


if __name__ == "__main__":
    for made in keep():
        print(made.name)
