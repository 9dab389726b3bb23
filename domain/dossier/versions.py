"""By which versions a dossier was judged: calendars, item, profile, rules; when each was published and takes effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from domain.events import Event
from domain.reference_effect import ALWAYS
from domain.reference_view import View
from domain.wording import moment_words

__all__ = ["version_rows"]

_KINDS = {"calendar": ("日历", "calendar"), "item": ("事项", "item"), "profile": ("规则集", "profile")}


def version_rows(
    verdict: Mapping[str, Any], item: str | None, view: View, zone: ZoneInfo, lang: str
) -> list[dict[str, str]]:
    """Each version once, by kind, with what is known of its publication; then rules and engine."""
    zh = lang == "zh"
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for kind, label in _named(verdict, item or ""):
        name, _, version = label.rpartition("@")
        event = next((event for known, event in view.published(kind, name) if known == version), None)
        title = _KINDS[kind][0 if zh else 1]
        rows[(kind, label)] = {"kind": title, "label": label, "text": _told(event, zone, lang)}
    rules = sorted(
        {f"{one['code']}@{one['rule_version']}" for one in verdict["findings"] if one.get("rule_version")}
    )
    out = [rows[key] for key in sorted(rows)]
    if rules:
        out.append({"kind": "规则" if zh else "rules", "label": ", ".join(rules), "text": ""})
    out.append({"kind": "判定程序" if zh else "engine", "label": str(verdict["engine"]), "text": ""})
    digest = "判定内容的 SHA-256，不含台账" if zh else "SHA-256 of the verdict without its ledgers"
    out.append({"kind": "摘要" if zh else "digest", "label": verdict["digest"], "text": digest})
    return out


def _named(verdict: Mapping[str, Any], item: str) -> Iterator[tuple[str, str]]:
    for clock in verdict.get("clocks", {}).values():
        versions = clock.get("versions") or {}
        if versions.get("profile"):
            yield "profile", versions["profile"]
        if versions.get("item"):
            yield "item", f"{item}@{versions['item']}"
        for label in versions.get("calendars", ()):
            yield "calendar", label
    for one in verdict["findings"]:
        if one.get("profile_version"):
            yield "profile", one["profile_version"]


def _told(event: Event | None, zone: ZoneInfo, lang: str) -> str:
    if event is None:
        return ""
    zh = lang == "zh"
    stated = event.data.get("effective_from")
    parts = []
    if stated is not None:
        parts.append(f"自 {stated} 起施行" if zh else f"in effect from {stated}")
    if event.recorded <= ALWAYS:
        parts.append("自始即知" if zh else "known from the start")
    else:
        when = moment_words(event.recorded, lang, zone)
        parts.append(f"{when} 入库（事件 {event.id}）" if zh else f"recorded {when} (event {event.id})")
    return "，".join(parts) if zh else ", ".join(parts)
