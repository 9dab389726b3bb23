"""The verdict: what is to be thought of a subject as at an instant, as known at an instant, and why."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

import msgspec

from domain.clocks.ledger import ledger_of
from domain.clocks.thresholds import measure_of
from domain.clocks.timeline import ClockReading
from domain.clocks.usage import usage_of
from domain.course.draft import ClockDraft
from domain.course.notes import Facts, facts_of, notes_of
from domain.evaluate import Evaluation, Standing, finding_id
from domain.fold import Issue
from domain.instants import format_instant
from domain.limits import Limit
from domain.registry import CLOCK_BASIS, rule_of
from domain.wording import limit_words, moment_words

__all__ = ["ENGINE_VERSION", "digest_of", "issue_document", "verdict_document"]

ENGINE_VERSION: Final = "4"
"""Version of the judging code; kept with state and verdict, outside the digest."""


def verdict_document(
    subject: str,
    evaluation: Evaluation,
    issued: list[Issue],
    next_change: int | None,
    with_ledger: bool = True,
) -> dict[str, Any]:
    """The verdict as its JSON document (scenario.md, section 2); instants as RFC 3339 in UTC."""
    draft = evaluation.draft
    facts = None
    if with_ledger:
        view = evaluation.view
        facts = facts_of(draft, evaluation.events, view.titles("hall") if view is not None else {})
    clocks: dict[str, Any] = {}
    for clock, reading in evaluation.readings:
        key = clock.key if clock.round == draft.round else f"{clock.key}@{clock.round}"
        clocks[key] = (
            _pending(clock, reading.level if reading is not None else 0)
            if reading is None or clock.pending
            else _clock(clock, reading, draft.item_version, facts)
        )
    findings = sorted(
        (_finding(subject, one) for one in evaluation.standing.values()),
        key=lambda one: (one["occurred"], one["code"], one["clock"] or "", one["round"]),
    )
    document: dict[str, Any] = {
        "subject": subject,
        "at": format_instant(evaluation.at),
        "known_at": format_instant(evaluation.known_at),
        "status": evaluation.status,
        "round": draft.round,
        "clocks": clocks,
        "findings": findings,
        "issued": [issue_document(one) for one in issued],
        "irregularities": [
            {"kind": one.kind, "event": one.event, "text": {"zh": one.text_zh, "en": one.text_en}}
            for one in evaluation.irregularities
        ],
        "voided": draft.status_at_end in ("voided", "withdrawn", "merged"),
        "next_change": format_instant(next_change) if next_change is not None else None,
    }
    document["digest"] = digest_of(document)
    document["engine"] = ENGINE_VERSION
    return document


def digest_of(document: dict[str, Any]) -> str:
    """sha256 over the canonical form of a verdict, without digest and engine.

    Ledgers are left out: they follow from the rest, and a verdict is the same whether they are written out or not.
    """
    content = {key: value for key, value in document.items() if key not in ("digest", "engine")}
    content["clocks"] = {
        key: {name: value for name, value in clock.items() if name != "ledger"}
        for key, clock in document["clocks"].items()
    }
    return sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()


def issue_document(issue: Issue) -> dict[str, Any]:
    """An entry of `issued` as JSON."""
    return {
        "id": issue.id,
        "type": issue.type,
        "finding": issue.finding,
        "code": issue.code,
        "level": issue.level,
        "clock": issue.clock,
        "round": issue.round,
        "occurred": format_instant(issue.occurred),
        "recorded": format_instant(issue.recorded),
        "reason": issue.reason,
        "cause": issue.cause,
    }


def _settings(reading_settings: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.text() if isinstance(value, Limit) else value for name, value in reading_settings.items()
    }


def _pending(clock: ClockDraft, level: int) -> dict[str, Any]:
    return {
        "name": clock.name,
        "round": clock.round,
        "state": "pending",
        "limit": clock.limit.document() if clock.limit is not None else None,
        "start": format_instant(clock.start) if clock.started else None,
        "due": None,
        "provisional": False,
        "level": level,
        "thresholds": [],
        "used_seconds": 0,
        "used_days": None,
        "paused_seconds": 0,
        "over_seconds": 0,
        "stopped": format_instant(clock.stop.time) if clock.stop is not None else None,
        "settings": _settings(clock.profile.settings) if clock.profile is not None else {},
        **_basis(CLOCK_BASIS[clock.name]),
        "ledger": [],
    }


def _clock(
    clock: ClockDraft, reading: ClockReading, item_version: str, facts: Facts | None
) -> dict[str, Any]:
    usage = usage_of(reading)
    course = reading.course
    lines = ledger_of(reading, notes_of(reading, facts)) if facts is not None else []
    ledger = [msgspec.to_builtins(line) for line in lines]
    return {
        "name": clock.name,
        "round": clock.round,
        "state": reading.state,
        "limit": reading.terms.document(reading.count.mode),
        "start": format_instant(course.start),
        "due": format_instant(reading.due) if reading.due is not None else None,
        "provisional": _is_provisional(reading),
        "level": reading.level,
        "thresholds": [
            {"level": level, "after": format_instant(after) if after is not None else None}
            for level, after in reading.thresholds
        ],
        "used_seconds": usage.used_seconds,
        "used_days": usage.used_days,
        "paused_seconds": usage.paused_seconds,
        "over_seconds": usage.over_seconds,
        "stopped": format_instant(course.stop.time) if course.stop is not None else None,
        "settings": _settings(course.profile.settings),
        **_basis(CLOCK_BASIS[clock.name]),
        "versions": {
            "profile": f"{course.profile.id}@{course.profile.version}",
            "item": item_version,
            "calendars": sorted(
                {label for stretch in course.stretches for label in stretch.calendar.versions}
            ),
        },
        "ledger": ledger,
    }


def _is_provisional(reading: ClockReading) -> bool:
    """Whether the due instant was computed with a day past the last published year."""
    count = reading.count
    if reading.due is None or all(
        measure_of(limit, count.mode) == "elapsed" for limit in (count.terms.base, *count.terms.more)
    ):
        return False
    return count.run.calendar_of_day(count.due_day).is_provisional(count.due_day)


def _finding(subject: str, one: Standing) -> dict[str, Any]:
    rule = rule_of(one.code)
    out: dict[str, Any] = {
        "id": finding_id(subject, one.key, one.level),
        "code": one.code,
        "level": one.level,
        "clock": one.clock,
        "round": one.round,
        "occurred": format_instant(one.occurred),
        **_basis(one.profile.basis(one.code)),
        "evidence": list(one.evidence),
        "title": rule.titles(one.level),
        "rule_version": rule.version,
    }
    if one.found is not None:
        out["detail"] = {"zh": one.found.text_zh, "en": one.found.text_en}
    if one.reading is not None:
        reading = one.reading
        limit = reading.terms.document(reading.count.mode)
        profile = reading.course.profile
        out["profile_version"] = f"{profile.id}@{profile.version}"
        out["limit"] = limit
        out["used_seconds"] = usage_of(reading).used_seconds
        out["detail"] = _detail(one, reading)
    return out


def _basis(basis: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    return {"basis": [zh for zh, _ in basis], "basis_en": [en for _, en in basis]}


def _detail(one: Standing, reading: ClockReading) -> dict[str, str]:
    zone = reading.count.run.start_calendar.zone
    limit = reading.terms.document(reading.count.mode)
    out: dict[str, str] = {}
    for lang, form in (("zh", "时限 {}，到期 {}，{} 起成立"), ("en", "limit {}, due {}, holds after {}")):
        due = moment_words(reading.due, lang, zone) if reading.due is not None else "—"
        out[lang] = form.format(limit_words(limit, lang, zone), due, moment_words(one.occurred, lang, zone))
    return out
