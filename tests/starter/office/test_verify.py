"""`accredit verify`: genuine, altered, not known or unreadable; and what a genuine paper is worth today."""

import hashlib
import io
import tracemalloc
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter

from activities.papers.issuing import IssuedPaper
from records.tables import Invoice, Reversal
from services import verification as verify
from services.errors import ExitCode
from tests.command import Ran
from tests.records.rows import CASE, LATER, a_payment
from tests.starter.office.papers import PRACTICE, PaperOffice, years_ago
from tests.starter.office.papers import office as office


def edited(paper: IssuedPaper, **metadata: str) -> bytes:
    """Return a paper as somebody's editor wrote it again."""
    writer = PdfWriter(clone_from=io.BytesIO(paper.content))
    writer.add_metadata({f"/{name}": value for name, value in metadata.items()})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def verified(office: PaperOffice, paper: IssuedPaper) -> dict[str, Any]:
    ran = office("verify", office.file(paper), "--json")
    assert ran.code == ExitCode.DONE, ran.err
    (one,) = ran.data
    return dict(one)


def changed(office: PaperOffice, content: bytes) -> Ran:
    Path("changed.pdf").write_bytes(content)
    return office("verify", "changed.pdf")


def test_a_copy_of_a_certificate_is_genuine_and_in_force(office: PaperOffice) -> None:
    paper = office.certificate()
    ran = office("verify", office.file(paper))
    assert ran.code == ExitCode.DONE
    assert f"genuine: sample certificate {paper.number}, issued on " in ran.out
    assert "for Sample Imaging Center (CT unit CT-1); in force until the end of " in ran.out


def test_a_script_gets_number_case_digest_and_standing(office: PaperOffice) -> None:
    paper = office.certificate()
    one = verified(office, paper)
    assert (one["verdict"], one["number"], one["kind"], one["case"]) == ("genuine", paper.number, "certificate", CASE)
    assert one["sha256"] == hashlib.sha256(paper.content).hexdigest()
    assert one["in_force"] is True


def test_an_expired_certificate_is_genuine_and_no_longer_in_force(office: PaperOffice) -> None:
    one = verified(office, office.certificate(expires_at=years_ago(0.5)))
    assert one["in_force"] is False
    assert one["standing"].startswith("expired: it was in force until the end of ")


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("renewed", "renewed"),
        ("withdrawn", "withdrawn"),
        ("closed_by_acr", "closed by the office"),
        ("revoked", "revoked"),
    ],
)
def test_a_certificate_of_a_case_that_ended_before_is_not_in_force(
    office: PaperOffice, outcome: str, words: str
) -> None:
    paper = office.certificate()
    office.change(stage="closed", outcome=outcome, closed_at=years_ago(0.25))
    one = verified(office, paper)
    assert one["in_force"] is False
    assert one["standing"].startswith("no longer in force: the case ended on ")
    assert one["standing"].endswith(f", {words}")


def test_a_case_that_ended_with_its_certificate_has_let_it_expire(office: PaperOffice) -> None:
    end = years_ago(0.25)
    paper = office.certificate(expires_at=end)
    office.change(stage="closed", outcome="expired", closed_at=end)
    assert verified(office, paper)["standing"].startswith("expired: ")


def test_a_designation_is_in_force_until_another_document_takes_its_place(office: PaperOffice) -> None:
    paper = office.designation()
    assert verified(office, paper)["in_force"] is True
    newer = office.issue("locations_added", PRACTICE, areas=["OH-2"])
    assert verified(office, paper)["standing"] == f"no longer in force: {newer.number} took its place"
    assert verified(office, newer)["in_force"] is True


def test_an_invoice_says_how_it_stands_today(office: PaperOffice) -> None:
    paper = office.issue("invoice", invoice="2027-000001")
    with office.books.writing() as session:
        session.get_one(Invoice, "2027-000001").due_at = years_ago(-1)
    assert verified(office, paper)["standing"].startswith("$100.00 is still to be paid, due by ")
    for columns, standing in (
        ({"paid": Decimal("40.00"), "status": "partly_paid"}, "$60.00 is still to be paid"),
        ({"paid": Decimal("100.00"), "status": "paid"}, "paid in full"),
        ({"paid": Decimal("0.00"), "status": "void"}, "void: it need not be paid"),
        ({"status": "open", "issued_at": years_ago(2), "due_at": years_ago(1)}, "$100.00 is still to be paid, overdue"),
    ):
        with office.books.writing() as session:
            invoice = session.get_one(Invoice, "2027-000001")
            for name, value in columns.items():
                setattr(invoice, name, value)
        one = verified(office, paper)
        assert one["standing"].startswith(standing)
        assert one["in_force"] is None


def test_a_receipt_whose_payment_was_taken_back_says_so(office: PaperOffice) -> None:
    with office.books.writing() as session:
        session.add(a_payment())
    paper = office.issue("payment_received", invoice="2027-000001", payment="record_payment:1")
    assert verified(office, paper)["standing"] == ""
    with office.books.writing() as session:
        undone = {"case_id": CASE, "key": "undo_payment:1", "payment_key": "record_payment:1"}
        session.add(Reversal(**undone, amount=Decimal("1.00"), at=LATER, reason="Wrong invoice."))
    assert verified(office, paper)["standing"] == "the payment was taken back on 4 July 2027"


def test_an_altered_copy_is_known_by_its_number(office: PaperOffice) -> None:
    paper = office.certificate()
    ran = changed(office, edited(paper, Subject="another name"))
    assert ran.code == ExitCode.NOT_AS_EXPECTED
    assert f"not genuine: it says that it is {paper.number}" in ran.out
    assert f"`accredit papers {CASE} --save FOLDER`" in ran.out


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9, 1])
def test_one_changed_byte_is_enough(office: PaperOffice, place: float) -> None:
    content = bytearray(office.certificate().content)
    content[int(place * (len(content) - 1))] ^= 1
    ran = changed(office, bytes(content))
    assert ran.code == ExitCode.NOT_AS_EXPECTED
    assert ": genuine" not in ran.out


def test_a_number_that_was_never_issued_is_named(office: PaperOffice) -> None:
    paper = office.certificate()
    forged = edited(paper, Title="Certificate of accreditation AC2027-999999", Keywords="AC2027-999999")
    ran = changed(office, forged)
    assert ran.code == ExitCode.NOT_AS_EXPECTED
    assert "not known: the books have no paper with this content, and number AC2027-999999" in ran.out


@pytest.mark.parametrize(
    "content",
    [b"", b"words", b"%PDF-1.7\n", b"%PDF-1.7\n1 0 obj\n<<>>\nstartxref\n9\n%%EOF", b"\x00" * 1000, b"PK\x03\x04 zip"],
    ids=["empty", "text", "only a mark", "broken", "zeros", "zip"],
)
def test_what_is_no_paper_is_not_known(office: PaperOffice, content: bytes) -> None:
    ran = changed(office, content)
    assert ran.code == ExitCode.NOT_AS_EXPECTED
    assert "not known: the books have no paper with this content." in ran.out


def test_a_large_file_is_not_searched_for_a_number(office: PaperOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = office.certificate()
    monkeypatch.setattr(verify, "LARGEST", len(paper.content))
    assert "not known" in changed(office, edited(paper) + b"\n" * len(paper.content)).out


def test_a_number_alone_tells_what_was_issued_under_it(office: PaperOffice) -> None:
    paper = office.certificate()
    ran = office("verify", paper.number)
    assert ran.code == ExitCode.DONE
    assert f"issued: sample certificate {paper.number}" in ran.out
    assert "in force until the end of" in ran.out
    assert "Whether a copy is genuine only its file can tell." in ran.out
    (one,) = office("verify", paper.number, "--json").data
    assert (one["verdict"], one["sha256"], one["in_force"]) == ("issued", None, True)


def test_a_number_that_nothing_was_issued_under_is_not_known(office: PaperOffice) -> None:
    ran = office("verify", "AC2027-999999")
    assert ran.code == ExitCode.NOT_AS_EXPECTED
    assert "not known: the books have no paper with this number." in ran.out


def test_a_file_that_is_called_like_a_number_is_a_file(office: PaperOffice) -> None:
    paper = office.certificate()
    office.file(paper, paper.number)
    assert office("verify", paper.number, "--json").data[0]["verdict"] == "genuine"


def test_a_file_of_any_size_is_read_in_pieces(office: PaperOffice) -> None:
    file, size = Path("large.pdf"), 100_000_000
    with file.open("wb") as opened:
        opened.truncate(size)
    with office.books.reading() as session:
        tracemalloc.start()
        found = verify.examine(session, file, years_ago(0), office.settings.zone)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert found.authenticity is verify.Authenticity.UNKNOWN
    assert peak < size / 20


def test_a_file_that_is_not_there_is_exit_2_and_the_others_are_told(office: PaperOffice) -> None:
    ran = office("verify", office.file(office.certificate()), "missing.pdf", ".")
    assert ran.code == ExitCode.UNUSABLE
    assert "genuine" in ran.out
    assert "missing.pdf: found No such file" in ran.err
    assert ".: found Is a directory" in ran.err


def test_of_several_files_one_that_is_not_genuine_decides(office: PaperOffice) -> None:
    Path("other.pdf").write_bytes(b"words")
    ran = office("verify", office.file(office.certificate()), "other.pdf", "--json")
    assert ran.code == ExitCode.NOT_AS_EXPECTED
    assert [one["verdict"] for one in ran.data] == ["genuine", "unknown"]


def test_a_letter_is_genuine_and_nothing_more_is_said(office: PaperOffice) -> None:
    findings = [{"area": "chest", "acceptable": False, "comments": "Rescan."}]
    one = verified(office, office.issue("final_report", findings=findings, deficiencies=1))
    assert (one["standing"], one["in_force"]) == ("", None)
    assert one["text"].endswith("for Sample Imaging Center (CT unit CT-1).")


def test_saved_copies_are_genuine(office: PaperOffice) -> None:
    office.certificate()
    office.issue("invoice", invoice="2027-000001")
    office("papers", "--save", "copies")
    files = sorted(str(path) for path in Path("copies").iterdir())
    assert len(files) == 2
    assert office("verify", *files).code == ExitCode.DONE
