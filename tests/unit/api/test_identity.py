"""Identity is taken out at the edge, by name, and what the edge does not know is stopped at the door."""

import stat
from pathlib import Path
from typing import Any

import pytest

from api.identity import Identities, IdentityConflict, load_key
from domain.identity import identity_field

KEY = bytes(range(32))
NOW = 1_790_000_000_000_000


@pytest.fixture
def identities(tmp_path: Path) -> Identities:
    return Identities(tmp_path / "identities.db", KEY)


def accepted(data: dict[str, Any], **envelope: Any) -> dict[str, Any]:
    return {"id": "1", "source": "s", "type": "case.accepted", "subject": "c-1", "data": data, **envelope}


def test_known_fields_become_one_reference(identities: Identities) -> None:
    event, person = identities.take_out(
        accepted(
            {"item": "permit", "applicant_name": "王伟", "idNumber": "11010519491231002X", "phone": "138"}
        )
    )
    assert person is not None
    ref, fields = person
    assert event["data"] == {"item": "permit", "applicant_ref": ref}
    assert fields == {"name": "王伟", "id_number": "11010519491231002X", "phone": "138"}


def test_the_exchange_tables_spelling_is_known(identities: Identities) -> None:
    event, person = identities.take_out(
        accepted({"applyer_name": "李静", "applyer_page_code": "1", "contact_mobile": "139", "zip_code": "0"})
    )
    assert person is not None
    assert set(event["data"]) == {"applicant_ref"}
    assert person[1] == {"name": "李静", "id_number": "1", "contact_phone": "139", "postcode": "0"}


def test_a_person_object_is_taken_out_and_the_rest_of_it_kept(identities: Identities) -> None:
    event, person = identities.take_out(
        accepted({"applicant": {"name": "张三", "number": "42"}, "contact": {"name": "张四", "since": 2020}})
    )
    assert person is not None
    assert person[1] == {"name": "张三", "id_number": "42", "contact_name": "张四"}
    assert event["data"] == {"contact_details": {"since": 2020}, "applicant_ref": person[0]}


def test_the_same_number_is_the_same_person_whatever_the_spelling(identities: Identities) -> None:
    one = identities.reference({"id_number": "11010519491231002x", "name": "王伟"}, "c-1")
    other = identities.reference({"id_number": " 110105 19491231 002X"}, "c-2")
    assert one == other


def test_a_name_alone_does_not_join_two_cases(identities: Identities) -> None:
    assert identities.reference({"name": "王伟"}, "c-1") != identities.reference({"name": "王伟"}, "c-2")
    assert identities.reference({"name": "王伟"}, "c-1") == identities.reference({"name": "王伟"}, "c-1")


def test_another_key_gives_another_reference(identities: Identities, tmp_path: Path) -> None:
    other = Identities(tmp_path / "other.db", bytes(32))
    assert identities.reference({"id_number": "1"}, "") != other.reference({"id_number": "1"}, "")


def test_what_was_kept_can_be_read_and_grows(identities: Identities) -> None:
    identities.keep({"p_1": {"name": "王伟", "phone": "138"}}, NOW)
    identities.keep({"p_1": {"phone": "139", "address": "威县"}}, NOW + 1)
    assert identities.person("p_1") == {"name": "王伟", "phone": "139", "address": "威县"}
    assert identities.person("p_2") is None


def test_a_reference_of_ones_own_beside_identity_is_refused(identities: Identities) -> None:
    with pytest.raises(IdentityConflict) as error:
        identities.take_out(accepted({"applicant_ref": "mine", "applicant_name": "王伟"}))
    assert error.value.place == "data.applicant_ref"


def test_two_people_in_one_event_are_refused(identities: Identities) -> None:
    with pytest.raises(IdentityConflict, match="two different people"):
        identities.take_out(accepted({"applicant_name": "王伟", "applyer_name": "李静"}))


def test_a_correction_is_cleared_too(identities: Identities) -> None:
    event, person = identities.take_out(
        accepted(
            {"corrects": {"id": "1"}, "data": {"phone": "138", "officer": "o-1"}}, type="event.corrected"
        )
    )
    assert person is not None
    assert event["data"] == {"corrects": {"id": "1"}, "data": {"officer": "o-1", "applicant_ref": person[0]}}


def test_the_telephone_of_a_hall_is_public(identities: Identities) -> None:
    hall = accepted({"hall": "h", "title": "大厅", "phone": "0319-1", "address": "路"}, type="hall.published")
    assert identities.take_out(hall) == (hall, None)
    assert identity_field("hall.published", hall["data"]) is None


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"materials": [{"name": "form", "phone": "1"}]}, "data.materials[0].phone"),
        ({"payerIdCard": "1"}, "data.payerIdCard"),
        ({"nested": {"身份证复印件号": "1"}}, "data.nested.身份证复印件号"),
        ({"emergency_telephone": "1"}, "data.emergency_telephone"),
    ],
)
def test_the_door_names_what_it_refuses(data: dict[str, Any], place: str) -> None:
    assert identity_field("case.accepted", data) == place


@pytest.mark.parametrize(
    "data",
    [
        {
            "item": "permit",
            "hall": "h",
            "officer": "o-1",
            "receipt_no": "1",
            "certificate_no": "c",
            "decision_no": "d",
        },
        {"materials": [{"name": "form", "type": "original"}], "mode": "direct", "channel": "mobile"},
        {"applicant_ref": "p_1", "phone": None, "address": ""},
    ],
)
def test_the_vocabulary_passes_the_door(data: dict[str, Any]) -> None:
    assert identity_field("case.accepted", data) is None


def test_the_key_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "identity.key"
    key = load_key(path)
    assert len(key) == 32
    assert load_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_bytes(b"short")
    with pytest.raises(ValueError, match="at least 32 bytes"):
        load_key(path)
