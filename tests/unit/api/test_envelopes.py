"""The four forms in which events may come."""

import pytest

from api.envelopes import read_delivery, too_deep
from api.problems import Problem


def test_structured() -> None:
    delivery = read_delivery({"content-type": "application/cloudevents+json; charset=utf-8"}, b'{"id": "1"}')
    assert delivery == ([{"id": "1"}], False)


def test_batch() -> None:
    delivery = read_delivery({"content-type": "application/cloudevents-batch+json"}, b'[{"id": "1"}, 2]')
    assert delivery == ([{"id": "1"}, 2], True)


@pytest.mark.parametrize(("body", "batch"), [(b'{"id": "1"}', False), (b'[{"id": "1"}]', True)])
def test_plain_json(body: bytes, batch: bool) -> None:
    assert read_delivery({"content-type": "application/json"}, body) == ([{"id": "1"}], batch)


def test_binary_mode_reads_the_headers_and_their_percent_encoding() -> None:
    headers = {
        "content-type": "application/json",
        "ce-specversion": "1.0",
        "ce-id": "1",
        "ce-subject": "2026-%E5%A8%81",
        "host": "x",
    }
    assert read_delivery(headers, b'{"item": "permit"}') == (
        [{"specversion": "1.0", "id": "1", "subject": "2026-威", "data": {"item": "permit"}}],
        False,
    )


def test_binary_mode_without_data() -> None:
    assert read_delivery({"ce-id": "1"}, b"") == ([{"id": "1"}], False)


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"content-type": "text/plain"}, b"{}", 415),
        ({}, b"{}", 415),
        ({"content-type": "text/xml", "ce-id": "1"}, b"<a/>", 415),
        ({"content-type": "application/json"}, b"{", 400),
        ({"content-type": "application/json"}, b"\xff", 400),
        ({"content-type": "application/cloudevents-batch+json"}, b"{}", 400),
    ],
)
def test_what_is_none_of_them(headers: dict[str, str], body: bytes, status: int) -> None:
    with pytest.raises(Problem) as error:
        read_delivery(headers, body)
    assert error.value.status == status


def test_nesting_is_bounded() -> None:
    deep: object = "x"
    for _ in range(40):
        deep = [deep]
    assert too_deep(deep)
    assert not too_deep({"data": {"materials": [{"name": "form"}]}})
