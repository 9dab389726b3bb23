"""Verdicts as a clerk reads them: status, clocks, findings, and the ledger day by day; in Chinese or English."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from domain.instants import parse_instant
from domain.ledger_words import Remark, amounts, day_words, nominal_words, remarks, used_words
from domain.registry import rule_of
from domain.wording import limit_words, moment_words
from domain.words import LEVELS, LIFTED, STATES, STATUS, WORDS, clock_name, whole_span_text
from sundial.scenario import Question, Scenario

__all__ = ["print_answer"]

_NARROW = 100
_LAMPS = {0: "  ", 1: "△ ", 2: "◐ ", 3: "◆ "}
_ATOMS = re.compile(r"(?:第 \d+ 日|[!-~]+|.)[）；，。：、]*")
"""What no line breaks: a numbered day, a word, a character with the mark that closes it."""
_MARKS = {"due": "◎ "}
_COLOURS = {0: "", 1: "dark_orange", 2: "yellow", 3: "bold red"}


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
                console.print(_ledger(key, clock, zone, lang, console.width < _NARROW))


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
    parts = [used_words(clock, lang)]
    if clock["paused_seconds"]:
        parts.append(f"{words['paused']} {whole_span_text(clock['paused_seconds'], lang)}")
    if clock["over_seconds"]:
        parts.append(f"{words['over']} {whole_span_text(clock['over_seconds'], lang)}")
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


def _ledger(key: str, clock: dict[str, Any], zone: ZoneInfo, lang: str, narrow: bool) -> Table:
    words = WORDS[lang]
    title = [words["ledger"], clock_name(key, lang), nominal_words(clock, lang)]
    table = Table(
        title=" · ".join(part for part in title if part),
        box=box.SIMPLE_HEAD,
        title_justify="left",
        expand=True,
    )
    table.add_column(words["day"], no_wrap=True)
    # on a narrow terminal the opening hours stand below, so that the note keeps its room
    room = 23 if narrow else 30
    table.add_column(words["kind"], width=room, no_wrap=True)
    if not narrow:
        table.add_column(words["hours"], overflow="fold", min_width=11)
    table.add_column(words["adds"], justify="right", no_wrap=True)
    table.add_column(words["total"], justify="right", no_wrap=True)
    table.add_column(words["note"], overflow="fold", ratio=1)
    for line, said in zip(clock["ledger"], amounts(clock["ledger"], lang), strict=True):
        style = "dim" if line.get("ahead") else ""
        counts = (_folded(line[f"why_{lang}"], room), line.get("hours", ""))
        table.add_row(
            day_words(line, lang),
            *(["\n".join(part for part in counts if part)] if narrow else counts),
            said.adds,
            said.total,
            _note(line, zone, lang),
            style=style,
        )
    return table


def _note(line: dict[str, Any], zone: ZoneInfo, lang: str) -> Text:
    parts = [
        Text(_MARKS.get(one.tone, "") + _LAMPS[one.level].lstrip() + one.text, style=_style(one))
        for one in remarks(line, lang, zone)
    ]
    return Text("；" if lang == "zh" else "; ").join(parts)


def _folded(text: str, room: int) -> str:
    """Lines of at most so many cells."""
    lines = [""]
    for part in _ATOMS.findall(text):
        if lines[-1] and cell_len(lines[-1] + part) > room:
            lines.append("")
        lines[-1] = (lines[-1] + part).lstrip()
    return "\n".join(lines)


def _style(remark: Remark) -> str:
    return {"due": "bold", "over": "red"}.get(remark.tone, _COLOURS[remark.level])
