"""What is told around a case: fees, first contact, notices, appointments, agency tasks."""

from __future__ import annotations

from typing import Any

from domain.events.payload import Payload, Text
from domain.limits import Limit

__all__ = [
    "AgencyOpened",
    "CaseAppointmentBooked",
    "CaseAppointmentServed",
    "CaseFeeAssessed",
    "CaseFeeCollected",
    "CaseFeeRefunded",
    "CaseFirstContact",
    "CaseFoundOutside",
    "CaseNoticeIssued",
]


class CaseFeeAssessed(Payload, frozen=True, tag_field="__type__", tag="case.fee_assessed"):
    fee_item: Text | None = None
    standard: Any = None
    quantity: Any = None
    amount: Any = None
    receipt_no: Text | None = None
    channel: str | None = None
    outlet: str | None = None
    hall: str | None = None
    window: Text | None = None
    agency: bool | None = None


class CaseFeeCollected(CaseFeeAssessed, frozen=True, tag_field="__type__", tag="case.fee_collected"):
    pass


class CaseFeeRefunded(CaseFeeAssessed, frozen=True, tag_field="__type__", tag="case.fee_refunded"):
    pass


class CaseFirstContact(Payload, frozen=True, tag_field="__type__", tag="case.first_contact"):
    officer: Text | None = None
    outcome: str | None = None
    to: str | None = None
    item: str | None = None
    hall: str | None = None


class CaseFoundOutside(Payload, frozen=True, tag_field="__type__", tag="case.found_outside"):
    """A matter that an inspection found to have been handled outside of the platform."""

    item: str | None = None
    hall: str | None = None
    found_by: Text | None = None
    basis: str | None = None
    document_no: Text | None = None


class CaseNoticeIssued(Payload, frozen=True, tag_field="__type__", tag="case.notice_issued"):
    """A notice that is no decision on the case, such as the advance list of all permits needed (`one_list`)."""

    kind: str | None = None
    document_no: Text | None = None
    items: list[Any] | None = None
    hall: str | None = None


class CaseAppointmentBooked(Payload, frozen=True, tag_field="__type__", tag="case.appointment_booked"):
    slot: Any = None
    after_hours: bool | None = None
    refused: bool | None = None
    item: str | None = None
    hall: str | None = None


class CaseAppointmentServed(
    CaseAppointmentBooked, frozen=True, tag_field="__type__", tag="case.appointment_served"
):
    absent: bool | None = None


class AgencyOpened(Payload, frozen=True, tag_field="__type__", tag="agency.opened"):
    agent: Text | None = None
    item: str | None = None
    point: str | None = None
    fee: Any = None
    limit: Limit | None = None
