"""The document of a dossier: verdict, history and versions in one language, beside the values they are made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.calendars import CalendarError
from domain.dossier.clocks import clock_sections, ledger_sections
from domain.dossier.events import annex_rows, history_rows
from domain.dossier.findings import finding_rows, issue_rows
from domain.dossier.versions import version_rows
from domain.events import Event
from domain.facts import case_facts
from domain.instants import parse_instant
from domain.reference import Reference
from domain.reference_view import MissingReference, View
from domain.wording import moment_words
from domain.words import LEVELS, STATUS

__all__ = ["dossier_document"]

_FALLBACK: Final = ZoneInfo("Asia/Shanghai")
_SHORT: Final = 12
"""Digits of the digest in the page's footer."""


def dossier_document(
    verdict: dict[str, Any],
    history: Sequence[Event],
    reference: Reference,
    lang: str,
    *,
    annex: bool = False,
) -> dict[str, Any]:
    """The dossier of a verdict with its ledgers, over the history and reference data that it was judged from.

    `lang` is zh or en; `annex` adds every event as it was sent. Texts stand under names of their own, beside codes,
    instants (RFC 3339, UTC) and the verdict's ledger lines as they are.
    """
    at, known_at = parse_instant(verdict["at"]), parse_instant(verdict["known_at"])
    view = reference.at(known_at)
    facts = case_facts(history, reference, known_at)
    zone = _zone(facts.get("hall"), view, at)
    return {
        "dossier": 1,
        "lang": lang,
        "zone": zone.key,
        "subject": verdict["subject"],
        "at": verdict["at"],
        "known_at": verdict["known_at"],
        "status": verdict["status"],
        "round": verdict.get("round", 1),
        "level": max((one["level"] for one in verdict["findings"]), default=0),
        "digest": verdict["digest"],
        "digest_short": verdict["digest"][:_SHORT],
        "engine": verdict["engine"],
        "head": _head(verdict, facts, zone, lang),
        "history": history_rows(history, view, at, known_at, zone, lang),
        "clocks": clock_sections(verdict, zone, lang),
        "findings": finding_rows(verdict, history, zone, lang),
        "issued": issue_rows(verdict, history, zone, lang),
        "irregularities": [
            {"kind": one["kind"], "event": one["event"], "text": one["text"][lang]}
            for one in verdict.get("irregularities", ())
        ],
        "ledgers": ledger_sections(verdict, zone, lang),
        "versions": version_rows(verdict, facts.get("item"), view, zone, lang),
        "annex": annex_rows(history, known_at) if annex else [],
    }


def _zone(hall: str | None, view: View, at: int) -> ZoneInfo:
    """The zone of the hall that holds the matter, in which every time is written."""
    if hall is None:
        return _FALLBACK
    try:
        return view.calendar(view.hall_calendar(view.hall(hall, at), at)).zone
    except (MissingReference, CalendarError):
        return _FALLBACK


def _head(verdict: dict[str, Any], facts: dict[str, Any], zone: ZoneInfo, lang: str) -> list[dict[str, str]]:
    zh = lang == "zh"
    subject = verdict["subject"]
    status = STATUS[lang].get(verdict["status"], verdict["status"])
    if verdict.get("round", 1) > 1:
        status += f"（第 {verdict['round']} 轮）" if zh else f" (round {verdict['round']})"
    level = max((one["level"] for one in verdict["findings"]), default=0)
    named = {
        name: _titled(facts.get(f"{name}_title"), facts.get(name), lang)
        for name in ("item", "hall")
        if facts.get(name)
    }
    rows = [
        ("编号" if zh else "Number", subject),
        *((("事项" if zh else "Item", named["item"]),) if "item" in named else ()),
        *((("大厅" if zh else "Hall", named["hall"]),) if "hall" in named else ()),
        *(
            (title, str(facts[name]))
            for name, title in (
                ("department", "部门" if zh else "Department"),
                ("officer", "经办人" if zh else "Officer"),
                ("applicant_ref", "申请人代号" if zh else "Applicant"),
            )
            if facts.get(name)
        ),
        ("截至" if zh else "As at", moment_words(parse_instant(verdict["at"]), lang, zone)),
        ("所知截至" if zh else "As known at", moment_words(parse_instant(verdict["known_at"]), lang, zone)),
        ("状态" if zh else "Status", status),
        ("最高等级" if zh else "Highest level", LEVELS[lang][level]),
    ]
    if verdict.get("next_change") is not None:
        when = moment_words(parse_instant(verdict["next_change"]), lang, zone)
        rows.append(("下次变化" if zh else "Next change", when))
    rows += [
        ("判定程序" if zh else "Engine", str(verdict["engine"])),
        ("时区" if zh else "Time zone", zone.key),
        ("摘要" if zh else "Digest", verdict["digest"]),
    ]
    return [{"label": label, "text": text} for label, text in rows]


def _titled(title: str | None, name: str | None, lang: str) -> str:
    if not title or title == name:
        return str(name)
    return f"{title}（{name}）" if lang == "zh" else f"{title} ({name})"
