"""What is typed after a message's name: `field=value`, a file, or both."""

import json

import pytest

from policy.messages import AmendApplication, IssueFinalReport, RecordPayment, ReturnApplication
from services.composition import merged, read_fields, read_object
from services.errors import Unusable


def test_a_value_is_json_where_it_parses_and_text_where_it_does_not() -> None:
    assert read_fields(IssueFinalReport, ["findings.0.acceptable=false", "findings.0.comments=Rescan the head"]) == {
        "findings": [{"acceptable": False, "comments": "Rescan the head"}]
    }


def test_digits_stay_text_where_only_text_may_stand() -> None:
    assert read_fields(RecordPayment, ["invoice=2028", "received_on=20280501", "amount=12.50"]) == {
        "invoice": "2028",
        "received_on": "20280501",
        "amount": 12.5,
    }


def test_null_leaves_a_field_out_even_where_text_stands() -> None:
    assert read_fields(RecordPayment, ["received_on=null"]) == {"received_on": None}


def test_a_quoted_text_is_json_and_loses_its_quotes() -> None:
    assert read_fields(RecordPayment, ['invoice="2028"']) == {"invoice": "2028"}


def test_a_dotted_name_reaches_into_objects_and_lists() -> None:
    given = ["findings.0.area=head", "findings.1.area=body", "by.name=Ann Sample", "by.role=acr"]
    assert read_fields(IssueFinalReport, given) == {
        "findings": [{"area": "head"}, {"area": "body"}],
        "by": {"name": "Ann Sample", "role": "acr"},
    }


def test_a_name_given_twice_is_a_list_and_so_is_one_thing_where_a_list_stands() -> None:
    assert read_fields(ReturnApplication, ["reasons=No model", "reasons=No medium"]) == {
        "reasons": ["No model", "No medium"]
    }
    assert read_fields(ReturnApplication, ["reasons=2028"]) == {"reasons": ["2028"]}
    listed = 'reasons=["No model", "No medium"]'
    assert read_fields(ReturnApplication, [listed]) == {"reasons": ["No model", "No medium"]}


def test_a_field_of_any_json_takes_whatever_is_typed() -> None:
    assert read_fields(AmendApplication, ["changes.facility.name=Sample Imaging", "changes.payment=null"]) == {
        "changes": {"facility": {"name": "Sample Imaging"}, "payment": None}
    }


def test_everything_that_cannot_be_read_is_said_at_once() -> None:
    with pytest.raises(Unusable) as caught:
        read_fields(RecordPayment, ["invoice", "=1", "by=acr", "by.name=Ann", "findings.1.area=head"])
    told = [(trouble.field, trouble.found) for trouble in caught.value.troubles]
    assert told == [
        ("", "'invoice'"),
        ("", "'=1'"),
        ("by.name", "what contradicts another field"),
        ("findings.1.area", "what contradicts another field"),
    ]


@pytest.mark.parametrize("text", ["", "{", "[1]", '"text"'])
def test_a_file_that_holds_no_json_object_is_unusable_and_named(text: str) -> None:
    with pytest.raises(Unusable, match=r"payment\.json: found .* expected one JSON object"):
        read_object(text, "payment.json")


def test_what_is_typed_lies_above_what_the_file_says() -> None:
    file = json.loads('{"amount": "1.00", "by": {"name": "Ann Sample", "role": "acr"}}')
    assert merged(file, {"amount": "2.00", "by": {"name": "Bob Sample"}}) == {
        "amount": "2.00",
        "by": {"name": "Bob Sample", "role": "acr"},
    }
