"""What a profile may set of the rules about items, which hall judges an item, and dates that cannot be read."""

from typing import Any

import pytest

from domain.events import InvalidEvent, event_from_mapping
from domain.limits import Limit, parse_limit
from domain.profile_document import ProfileError, check_profile
from domain.reference import check_reference_event
from domain.subjects.burden import rose


@pytest.mark.parametrize(
    ("code", "parameters", "place"),
    [
        ("CA-01", {"fields": "title"}, "fields"),
        ("CA-01", {"grace": "a day"}, "grace"),
        ("CA-02", {"within": 5}, "within"),
        ("CA-02", {"required": "yes"}, "required"),
        ("CA-03", {"texts": "yes"}, "texts"),
        ("CA-05", {"tolerance": 1}, "tolerance"),
        ("OW-02", {"within": "1 working_day"}, "within"),
        ("OW-03", {"for_change": -1}, "for_change"),
        ("OW-03", {"for_exit": 1.5}, "for_exit"),
        ("OW-03", {"ordered": 1}, "ordered"),
        ("OW-03", {"substance": [1]}, "substance"),
    ],
)
def test_a_wrong_parameter_is_named(code: str, parameters: dict[str, Any], place: str) -> None:
    with pytest.raises(ProfileError) as refused:
        check_profile({"profile": "local", "rules": {code: {"enabled": True, "parameters": parameters}}})
    assert refused.value.path == f"rules.{code}.parameters.{place}"


@pytest.mark.parametrize("field", ["effective_from", "stationing_due"])
def test_a_date_of_an_item_that_cannot_be_read_is_refused(field: str) -> None:
    told = {"type": "item.published", "id": "a", "source": "hall", "subject": "permit",
            "time": "2026-03-02T09:00:00+08:00", "data": {"item": "permit", field: "next spring"}}  # fmt: skip
    with pytest.raises(InvalidEvent) as refused:
        check_reference_event(event_from_mapping(told, recorded=0))
    assert refused.value.path == f"data.{field}"
    assert "2026-03-09" in refused.value.expected


@pytest.mark.parametrize(
    ("old", "new", "longer"),
    [
        ("5 working_day", "6 working_day", True),
        ("5 working_day", "5 working_day", False),
        ("5 working_day", "9 calendar_day", False),
        ("5 calendar_day", "6 working_day", False),
        ("5 calendar_day", "7 working_day", True),
        ("7 working_day", "5 calendar_day", False),
        ("20 working_day", "1 month", False),
        ("1 hour", "2 working_hour", True),
        ("2 working_hour", "3 hour", False),
        ("90 minute", "2 hour", True),
        ("2 working_hour", "90 working_minute", False),
    ],
)
def test_limits_of_different_units_are_compared_only_where_it_is_certain(
    old: str, new: str, longer: bool
) -> None:
    assert rose(parse_limit(old), parse_limit(new)) is longer


def test_an_instant_and_an_amount_cannot_be_compared() -> None:
    assert not rose(Limit(5, "working_day"), Limit(until=2**50))
