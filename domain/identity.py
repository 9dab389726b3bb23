"""Which fields of an event would name a citizen: the names that GB/T 39046 and the exchange tables use.

Identity never enters the log. An edge takes out the fields it knows by name (`KNOWN_FIELDS`, at the top
of `data` or inside one of `PERSON_OBJECTS`) and leaves `applicant_ref`. The log's door refuses an event that
still carries a known field at any depth, or a field whose name looks like one (`identity_field`).

Names are compared without case, underscores and hyphens: `applicantName` is `applicant_name`.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

# Field of table 5 of GB/T 39046 -> spellings seen in hall systems (2.2 and 2.3 of the domain reference).
_SPELLINGS: dict[str, tuple[str, ...]] = {
    "name": (
        "applicant_name",
        "applyer_name",
        "applicant",
        "citizen_name",
        "payer",
        "payer_name",
        "rater",
        "asker",
        "complainant",
        "申请人",
        "申请人姓名",
        "申请人名称",
    ),
    "id_type": ("applicant_id_type", "applyer_page_type", "id_type", "identity_type", "证件类型"),
    "id_number": (
        "applicant_id_number",
        "applicant_id_no",
        "applyer_page_code",
        "id_number",
        "id_no",
        "id_card",
        "id_card_no",
        "id_card_number",
        "identity_number",
        "identity_no",
        "身份证号",
        "身份证号码",
        "证件号码",
    ),
    "phone": (
        "applicant_phone",
        "applicant_mobile",
        "phone",
        "phone_number",
        "mobile",
        "mobile_phone",
        "telephone",
        "联系电话",
        "手机号",
        "手机号码",
    ),
    "address": ("applicant_address", "address", "home_address", "地址", "住址", "联系地址"),
    "postcode": ("applicant_postcode", "postcode", "zip_code", "zip", "邮编", "邮政编码"),
    "legal_representative": ("legal_representative", "legal", "legal_person", "法定代表人"),
    "contact_name": (
        "contact_name",
        "contact",
        "representative_name",
        "representative",
        "联系人",
        "联系人姓名",
        "代理人",
    ),
    "contact_id_type": ("contact_type", "contact_id_type", "representative_id_type"),
    "contact_id_number": ("contact_code", "contact_id_number", "representative_id_number"),
    "contact_phone": (
        "contact_mobile",
        "contact_phone",
        "representative_mobile",
        "representative_phone",
        "联系人电话",
        "联系人手机",
    ),
}

_IN_PERSON: dict[str, tuple[str, ...]] = {
    "name": ("name", "姓名", "名称"),
    "id_type": ("type",),
    "id_number": ("code", "number"),
}
"""Further spellings that mean a person only inside one of `PERSON_OBJECTS`."""


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-]", "", name).lower()


KNOWN_FIELDS: dict[str, str] = {
    _plain(spelling): field for field, spellings in _SPELLINGS.items() for spelling in spellings
}
"""Plain spelling -> field of the identity table."""

PERSON_OBJECTS: dict[str, str] = {
    "applicant": "",
    "applyer": "",
    "citizen": "",
    "contact": "contact_",
    "representative": "contact_",
}
"""Objects of `data` that describe a person -> prefix of their fields in the identity table."""

_PERSON_FIELDS: dict[str, str] = {
    **{_plain(spelling): field for field, spellings in _IN_PERSON.items() for spelling in spellings},
    **KNOWN_FIELDS,
}

_PUBLIC_TYPES = ("calendar.", "item.", "hall.", "profile.", "guide.", "window.")
"""Events about offices: the telephone and address of a hall are public."""

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_TELLING_WORDS = frozenset(
    {
        "phone",
        "telephone",
        "mobile",
        "cellphone",
        "passport",
        "postcode",
        "zipcode",
        "idcard",
        "birthday",
        "birthdate",
    }
)
_TELLING_PAIRS = frozenset(
    {
        ("id", "number"),
        ("id", "no"),
        ("id", "card"),
        ("identity", "number"),
        ("identity", "card"),
        ("home", "address"),
        ("mailing", "address"),
        ("zip", "code"),
        ("birth", "date"),
        ("full", "name"),
        ("applicant", "name"),
        ("citizen", "name"),
        ("person", "name"),
    }
)
_TELLING_CHINESE = ("身份证", "证件号", "手机", "电话", "住址", "姓名")


def about_an_office(event_type: str) -> bool:
    """Whether events of this type speak of offices and rules only, never of citizens."""
    return event_type.startswith(_PUBLIC_TYPES)


def known_field(name: str, *, in_person: bool = False) -> str | None:
    """The field of the identity table that `name` spells, or None."""
    return (_PERSON_FIELDS if in_person else KNOWN_FIELDS).get(_plain(name))


def _tells(name: str) -> bool:
    words = [word.lower() for word in _WORD.findall(name)]
    return (
        not _TELLING_WORDS.isdisjoint(words)
        or not _TELLING_PAIRS.isdisjoint(pairwise(words))
        or any(part in name for part in _TELLING_CHINESE)
    )


_LONGEST_KEPT = 64
_SCALARS = frozenset((str, int, float, bool, type(None)))


def _would_name(name: str) -> bool:
    """Whether a field of this name would name a citizen, by the table or by its look."""
    return _looked_at(name) if len(name) <= _LONGEST_KEPT else _looks(name)


def _looks(name: str) -> bool:
    return known_field(name) is not None or _tells(name)


_looked_at = lru_cache(maxsize=4_096)(_looks)
"""Halls send the same few names for ever: so many of at most `_LONGEST_KEPT` characters are kept with the answer."""


def identity_field(event_type: str, data: Mapping[str, Any]) -> str | None:
    """Path (`data.materials[0].phone`) of the first field that would name a citizen, or None.

    `data` is the event's `data`; fields without a value (null, empty) say nothing of a citizen and pass.
    Events about offices (`hall.*`, `item.*`, ...) are not looked at.
    """
    return None if about_an_office(event_type) else _search(data, "data")


def _search(value: object, path: str) -> str | None:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if _would_name(str(name)) and inner not in (None, "", [], {}):
                return f"{path}.{name}"
            if type(inner) not in _SCALARS and (found := _search(inner, f"{path}.{name}")):
                return found
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for index, inner in enumerate(value):
            if found := _search(inner, f"{path}[{index}]"):
                return found
    return None
