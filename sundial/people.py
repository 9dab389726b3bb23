"""Verdicts as a clerk reads them: status, clocks, findings, and the ledger day by day; in Chinese or English."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from domain.instants import parse_instant, to_datetime
from domain.registry import rule_of
from domain.wording import limit_words, moment_words
from sundial.scenario import Question, Scenario
from sundial.words import LEVELS, LIFTED, STATES, STATUS, WORDS, clock_name, day_kind, span_text

__all__ = ["print_answer"]

_LAMPS = {0: "  ", 1: "△ ", 2: "◐ ", 3: "◆ "}
_COLOURS = {0: "", 1: "dark_orange", 2: "yellow", 3: "bold red"}
_WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}


def print_answer(
    scenario: Scenario, question: Question, answer: dict[str, Any], lang: str, ledger: bool
) -> None:
    """Print one verdict."""
    console = Console(highlight=False, soft_wrap=False)
    zone, words = scenario.zone, WORDS[lang]
    known = (
        ""
        if answer["known_at"] == answer["at"]
        else f" · {words['known_at']} {_when(answer['known_at'], zone, lang)}"
    )
    console.print()
    console.print(
        f"[bold]{answer['subject']}[/bold] · {words['at']} {_when(answer['at'], zone, lang)}{known}"
        f" · [bold]{STATUS[lang][answer['status']]}[/bold]"
        + (f" · {words['round'].format(answer['round'])}" if answer["round"] > 1 else "")
    )
    for key, clock in answer["clocks"].items():
        _clock(console, key, clock, zone, lang)
    _findings(console, answer, zone, lang)
    for one in answer["irregularities"]:
        console.print(f"  ! {one['event']}: {one['text'][lang]}")
    if answer["next_change"] is not None:
        console.print(f"  {words['next_change']} {_when(answer['next_change'], zone, lang)}")
    if ledger:
        for key, clock in answer["clocks"].items():
            if clock["ledger"]:
                console.print(_ledger(key, clock, zone, lang))


def _when(text: str | None, zone: ZoneInfo, lang: str) -> str:
    if text is None:
        return "—"
    return moment_words(parse_instant(text), lang, zone)


def _lamp(level: int, lang: str) -> Text:
    return Text(_LAMPS[level] + LEVELS[lang][level], style=_COLOURS[level])


def _clock(console: Console, key: str, clock: dict[str, Any], zone: ZoneInfo, lang: str) -> None:
    words = WORDS[lang]
    limit = limit_words(clock["limit"], lang, zone) if clock["limit"] is not None else "—"
    line = Text("  ").append(
        f"{clock_name(key, lang)} · {STATES[lang][clock['state']]} · {limit}", style="bold"
    )
    if clock["level"]:
        line.append(" · ").append_text(_lamp(clock["level"], lang))
    console.print(line)
    due = _when(clock["due"], zone, lang) + (f" {words['provisional']}" if clock["provisional"] else "")
    start = f"{words['start']} {_when(clock['start'], zone, lang)}"
    console.print(f"      {start} · {words['due']} {due}\n      {words['used']} {_used(clock, lang)}")


def _used(clock: dict[str, Any], lang: str) -> str:
    words = WORDS[lang]
    parts = []
    if clock["used_days"] is not None:
        days = clock["used_days"]
        parts.append(
            words["days"].format(f"{days:.2f}".rstrip("0").rstrip(".") if isinstance(days, float) else days)
        )
    else:
        parts.append(span_text(clock["used_seconds"], lang))
    if clock["paused_seconds"]:
        parts.append(f"{words['paused']} {span_text(clock['paused_seconds'], lang)}")
    if clock["over_seconds"]:
        parts.append(f"{words['over']} {span_text(clock['over_seconds'], lang)}")
    return "，".join(parts) if lang == "zh" else ", ".join(parts)


def _findings(console: Console, answer: dict[str, Any], zone: ZoneInfo, lang: str) -> None:
    words = WORDS[lang]
    if not answer["findings"]:
        console.print(f"  {words['no_findings']}")
    for one in answer["findings"]:
        title = one["title"][lang]
        console.print(
            Text("  ")
            .append_text(_lamp(one["level"], lang))
            .append(f"  {one['code']} {title} · {words['since']} {_when(one['occurred'], zone, lang)}")
        )
        basis = "；".join(one["basis"]) if lang == "zh" else "; ".join(one["basis_en"])
        evidence = ", ".join(one["evidence"])
        console.print(
            f"      {one['detail'][lang]} · {basis} · {words['evidence']} {evidence}", soft_wrap=True
        )
    lifted = [one for one in answer["issued"] if one["type"] == "finding.lifted"]
    for one in lifted:
        rule = rule_of(one["code"])
        title = rule.titles(one["level"])[lang]
        console.print(
            f"  [dim]{words['lifted']} {one['code']} {title} · {_when(one['recorded'], zone, lang)} · "
            f"{LIFTED[lang][one['reason']]}[/dim]"
        )


def _ledger(key: str, clock: dict[str, Any], zone: ZoneInfo, lang: str) -> Table:
    words = WORDS[lang]
    table = Table(
        title=f"{words['ledger']} · {clock_name(key, lang)}", box=box.SIMPLE_HEAD, title_justify="left"
    )
    table.add_column(words["day"], no_wrap=True)
    table.add_column("#", justify="right")
    table.add_column(words["kind"])
    table.add_column(words["used"], justify="right")
    table.add_column(words["total"], justify="right")
    table.add_column(words["note"])
    for line in clock["ledger"]:
        table.add_row(
            _day(line["date"], lang),
            str(line.get("number") or ""),
            day_kind(line["kind"], lang),
            span_text(line["used_seconds"], lang) if line["used_seconds"] else "",
            span_text(line["total_seconds"], lang),
            _note(line, zone, lang),
        )
    return table


def _day(text: str, lang: str) -> str:
    year, month, day = (int(part) for part in text.split("-"))
    weekday = to_datetime(parse_instant(f"{text}T00:00:00Z")).weekday()
    name = _WEEKDAYS[lang][weekday]
    return f"{year}-{month:02}-{day:02} {'周' + name if lang == 'zh' else name}"


def _note(line: dict[str, Any], zone: ZoneInfo, lang: str) -> Text:
    words = WORDS[lang]
    text = Text(line.get(lang, ""))
    if line.get("paused_seconds"):
        text.append(f" {words['paused']} {span_text(line['paused_seconds'], lang)}")
    for one in line.get("thresholds", ()):
        moment = to_datetime(parse_instant(one["after"]), zone)
        text.append(
            f" {_LAMPS[one['level']]}{LEVELS[lang][one['level']]} > {moment:%H:%M}",
            style=_COLOURS[one["level"]],
        )
    if line.get("due"):
        due = to_datetime(parse_instant(line["due"]), zone)
        text.append(f" ◎ {words['due']} {due:%H:%M}", style="bold")
    if line.get("over_seconds"):
        text.append(f" {words['over']} {span_text(line['over_seconds'], lang)}", style="red")
    return text
