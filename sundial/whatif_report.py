"""The what-if report: one HTML file with pictures in it and nothing from elsewhere, in Chinese or English."""

from __future__ import annotations

from html import escape
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.instants import parse_instant, to_datetime
from domain.words import clock_name
from sundial.whatif_words import WORDS

__all__ = ["html"]

_SHOWN: Final = 200
_COLOURS: Final = (
    "#e2e8f0;color:#17212b",
    "#fde6c8;color:#7c3a04",
    "#facc15;color:#3b2f00",
    "#b91c1c;color:#fff",
)
"""By level; each is told in words too."""
_BEFORE, _AFTER = "#94a3b8", "#0f4c5c"

_STYLE: Final = """
:root { color-scheme: light; --ink: #17212b; --soft: #5b6875; --line: #dde3e8; --ground: #f6f8f9; --after: #0f4c5c; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); line-height: 1.55;
  font: 15px/1.55 system-ui, "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 28px; line-height: 1.25; margin: 0 0 8px; }
h2 { font-size: 18px; margin: 0 0 4px; }
p { margin: 0; max-width: 46em; } .soft { color: var(--soft); }
section { background: #fff; border: 1px solid var(--line); border-radius: 10px; padding: 20px 24px; margin-top: 20px; }
.key { display: flex; gap: 20px; margin-top: 12px; color: var(--soft); font-size: 13px; }
.key i { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px;
  vertical-align: -1px; }
.tiles { display: flex; flex-wrap: wrap; gap: 12px; margin-top: 24px; }
.tile { flex: 1 1 auto; min-width: 0; background: #fff;
  border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; }
.tile b { display: block; font-size: 24px; line-height: 1.3; font-variant-numeric: tabular-nums; white-space: nowrap; }
.tile span { display: block; color: var(--soft); font-size: 13px; }
table { width: 100%; border-collapse: collapse; margin-top: 14px; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; font-size: 13px; color: var(--soft);
  border-bottom: 1px solid var(--line); padding: 6px 10px 6px 0; }
td { border-bottom: 1px solid var(--line); padding: 8px 10px 8px 0; vertical-align: middle; }
tr:last-child td { border-bottom: 0; } .n { text-align: right; white-space: nowrap; }
td svg, .bars svg { display: block; width: 100%; overflow: visible; }
.bar { width: 38%; min-width: 90px; } .dots { width: 20%; min-width: 90px; padding-right: 22px; }
.level { display: inline-block; font-size: 12px; padding: 0 8px; border-radius: 999px;
  white-space: nowrap; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 32px; margin-top: 14px; }
.bars { display: grid; grid-template-columns: 104px 1fr 88px; gap: 4px 10px; align-items: center; font-size: 13px;
  font-variant-numeric: tabular-nums; } .bars h3 { grid-column: 1 / -1; font-size: 14px; margin: 0 0 4px; }
.list td { vertical-align: top; } .list td[data-name] { white-space: nowrap; }
.id { overflow-wrap: anywhere; } .all td { font-weight: 600; } small { color: var(--soft); font-weight: 400; }
@media (max-width: 1160px) { .tile { flex-basis: 28%; } }
@media (max-width: 720px) {
  main { padding: 20px 14px 48px; } h1 { font-size: 22px; } section { padding: 16px 14px; }
  .tile { flex-basis: 40%; } .tile.wide { flex-basis: 100%; } .pair { grid-template-columns: 1fr; gap: 24px; }
  table.stack thead { display: none; }
  table.stack, table.stack tbody, table.stack tr, table.stack td { display: block; width: 100%; }
  table.stack tr { border-bottom: 1px solid var(--line); padding: 10px 0; }
  table.stack tr:last-child { border-bottom: 0; }
  table.stack td { border: 0; padding: 2px 0; text-align: left; white-space: normal; }
  table.stack td[data-name]::before { content: attr(data-name) "  "; color: var(--soft); font-size: 13px;
    font-weight: 400; }
  table.stack td.n[data-name] { display: inline-block; width: 32%; } table.stack td.rate[data-name] { width: 100%; }
  .list td[data-name] { white-space: normal; }
  table.list td[data-name]::before { display: block; } table.stack td.dots { padding: 6px 8px; }
}
@media print { body { background: #fff; } section, .tile { break-inside: avoid; } }
"""


def html(report: dict[str, Any], lang: str) -> str:
    """The report of `sundial whatif` as a whole page."""
    words = WORDS[lang]
    parts = (
        _head(report, words), _tiles(report, words), _findings(report, words, lang), _halls(report, words),
        _overrun(report, words), _list(report, words, lang),
    )  # fmt: skip
    return (
        f'<!doctype html>\n<html lang="{words["html"]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(words['title'])}</title><style>{_STYLE}</style></head>\n"
        f"<body><main>{''.join(parts)}</main></body></html>\n"
    )


def _head(report: dict[str, Any], words: dict[str, str]) -> str:
    what = words["and"].join(
        words[kind].format(report[kind]["id"]) for kind in ("profile", "calendar") if report[kind] is not None
    )
    now = to_datetime(parse_instant(report["now"]), ZoneInfo(report["zone"])).strftime("%Y-%m-%d %H:%M")
    scope = words["scope"].format_map(
        {
            "from": report["from"],
            "to": report["to"],
            "cases": f"{report['cases']:,}",
            "now": now,
            "what": what,
        }
    )
    failed = f" {words['failed'].format(len(report['failed']))}" if report["failed"] else ""
    key = "".join(
        f'<span><i style="background:{colour}"></i>{escape(words[side])}</span>'
        for side, colour in (("before", _BEFORE), ("after", _AFTER))
    )
    return (
        f"<header><h1>{escape(words['title'])}</h1><p>{escape(scope)}</p>"
        f'<p class="soft">{escape(words["nothing"] + failed)}</p><div class="key">{key}</div></header>'
    )


def _tiles(report: dict[str, Any], words: dict[str, str]) -> str:
    whole = {side: sum(one[side] for one in report["findings"]) for side in ("before", "after")}
    share = f"{report['differ'] / report['cases']:.1%}" if report["cases"] else words["none"]
    share = words["in_findings"].format(share, f"{report['differ_in_findings']:,}")
    tiles = [
        _tile(words["cases"], f"{report['cases']:,}", ""),
        _tile(words["differ"], f"{report['differ']:,}", share),
        _tile(
            words["all_findings"],
            f"{whole['before']:,} → {whole['after']:,}",
            _signed(whole["after"] - whole["before"], words),
            wide=True,
        ),
    ]
    for clock in ("promise", "statute"):
        rates = report["on_time"][clock]
        old, new = _share(rates["before"]), _share(rates["after"])
        shown = f"{_percent(old, words)} → {_percent(new, words)}"
        whole_of = [
            f"{one['numerator']:,}/{one['denominator']:,}" for one in (rates["before"], rates["after"])
        ]
        tiles.append(_tile(words[clock], shown, " → ".join(whole_of), wide=True))
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _tile(name: str, value: str, more: str, *, wide: bool = False) -> str:
    return (
        f'<div class="tile{" wide" if wide else ""}"><span>{escape(name)}</span><b>{escape(value)}</b>'
        f"<span>{escape(more)}</span></div>"
    )


def _findings(report: dict[str, Any], words: dict[str, str], lang: str) -> str:
    rows = report["findings"]
    most = max((max(one["before"], one["after"]) for one in rows), default=0)
    body = "".join(
        f"<tr><td>{escape(one['code'])} <small>{escape(one['title'][lang])}</small></td>"
        f"<td>{_level(one['level'], words)}</td>"
        f'<td class="bar">{_bars(one["before"], one["after"], most)}</td>'
        f'<td class="n" data-name="{escape(words["before"])}">{one["before"]:,}</td>'
        f'<td class="n" data-name="{escape(words["after"])}">{one["after"]:,}</td>'
        f'<td class="n" data-name="{escape(words["change"])}">{_signed(one["after"] - one["before"], words)}</td></tr>'
        for one in rows
    )
    head = "".join(
        f"<th{extra}>{escape(text)}</th>"
        for text, extra in ((words["rule"], ""), (words["level"], ""), ("", ""), (words["before"], ' class="n"'),
                            (words["after"], ' class="n"'), (words["change"], ' class="n"'))
    )  # fmt: skip
    table = (
        f'<table class="stack"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        if rows
        else f"<p>{escape(words['none'])}</p>"
    )
    return f"<section><h2>{escape(words['findings'])}</h2>{table}</section>"


def _halls(report: dict[str, Any], words: dict[str, str]) -> str:
    rows = [
        _hall(one["title"] or words["unnamed"], one["promise"], one["statute"], words)
        for one in report["halls"]
    ]
    head = f"<th>{escape(words['hall'])}</th>" + "".join(
        f'<th></th><th class="n">{escape(words[clock])}</th>' for clock in ("promise", "statute")
    )
    return (
        f'<section><h2>{escape(words["halls"])}</h2><p class="soft">{escape(words["halls_note"])}</p>'
        f'<table class="stack"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></section>'
    )


def _hall(title: str, promise: dict[str, Any], statute: dict[str, Any], words: dict[str, str]) -> str:
    cells = [f"<td>{escape(title)}</td>"]
    for name, rates in (("promise", promise), ("statute", statute)):
        old, new = rates["before"], rates["after"]
        lines = "<br>".join(
            f"{_percent(_share(one), words)} <small>{words['of'].format(one['numerator'], one['denominator'])}</small>"
            for one in ((old,) if old == new else (old, new))
        )
        cells.append(f'<td class="dots">{_dots(_share(old), _share(new))}</td>')
        cells.append(f'<td class="n rate" data-name="{escape(words[name])}">{lines}</td>')
    return f"<tr>{''.join(cells)}</tr>"


def _overrun(report: dict[str, Any], words: dict[str, str]) -> str:
    parts = []
    for clock in ("promise", "statute"):
        rows = [(one, one[clock]["before"], one[clock]["after"]) for one in report["overrun_days"]]
        most = max(max(before, after) for _, before, after in rows)
        lines = "".join(
            f"<span>{escape(_class(one, words))}</span>{_bars(before, after, most)}<span>{before:,} → {after:,}</span>"
            for one, before, after in rows
        )
        parts.append(f'<div class="bars"><h3>{escape(words[f"{clock}_over"])}</h3>{lines}</div>')
    return (
        f'<section><h2>{escape(words["overrun"])}</h2><p class="soft">{escape(words["overrun_note"])}</p>'
        f'<div class="pair">{"".join(parts)}</div></section>'
    )


def _list(report: dict[str, Any], words: dict[str, str], lang: str) -> str:
    found = sorted(  # other findings weigh more than a due instant that moves
        report["cases_that_differ"], key=lambda one: not (one["lifted"] or one["raised"])
    )
    if not found:
        return f"<section><h2>{escape(words['list'])}</h2><p>{escape(words['no_difference'])}</p></section>"
    zone = ZoneInfo(report["zone"])
    titles = {one["hall"]: one["title"] for one in report["halls"]}
    body = "".join(
        f'<tr><td class="id">{escape(one["case"])}</td><td>{escape(titles.get(one["hall"], one["hall"]))}</td>'
        f'<td data-name="{escape(words["gone"])}">{_cards(one["lifted"], words)}</td>'
        f'<td data-name="{escape(words["new"])}">{_cards(one["raised"], words)}</td>'
        f'<td data-name="{escape(words["due"])}">{_moves(one["moved"], words, zone, lang)}</td></tr>'
        for one in found[:_SHOWN]
    )
    head = "".join(f"<th>{escape(words[name])}</th>" for name in ("case", "hall", "gone", "new", "due"))
    more = words["shown"].format(_SHOWN, f"{len(found):,}") if len(found) > _SHOWN else ""
    return (
        f'<section><h2>{escape(words["list"])}</h2><p class="soft">{escape(more)}</p>'
        f'<table class="stack list"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></section>'
    )


def _cards(findings: list[dict[str, Any]], words: dict[str, str]) -> str:
    return "<br>".join(f"{escape(one['code'])} {_level(one['level'], words)}" for one in findings) or "–"


def _moves(moved: list[dict[str, Any]], words: dict[str, str], zone: ZoneInfo, lang: str) -> str:
    def told(text: str | None) -> str:
        return to_datetime(parse_instant(text), zone).strftime("%Y-%m-%d %H:%M") if text else words["no_due"]

    return (
        "<br>".join(
            f"{escape(clock_name(one['clock'], lang))} "
            f"<small>{told(one['before'])} → {told(one['after'])}</small>"
            for one in moved
        )
        or "–"
    )


def _level(level: int, words: dict[str, str]) -> str:
    name = words["levels"].split("|")[level]
    return f'<span class="level" style="background:{_COLOURS[level]}">{escape(name)}</span>'


def _bars(before: int, after: int, most: int) -> str:
    """Two bars, one above the other; the longest of all fills the width."""
    wide = [100 * value / most if most else 0 for value in (before, after)]
    return (
        f'<svg height="22" role="img" aria-label="{before} → {after}">'
        f'<rect y="1" width="{wide[0]:.2f}%" height="9" rx="2" fill="{_BEFORE}"/>'
        f'<rect y="12" width="{wide[1]:.2f}%" height="9" rx="2" fill="{_AFTER}"/></svg>'
    )


def _dots(before: float | None, after: float | None) -> str:
    """A line from 0 to 100 % with both on it."""
    if before is None or after is None:
        return ""
    old, new = before * 100, after * 100
    hollow = (
        f'<circle cx="{old:.2f}%" cy="9" r="5" fill="#fff" stroke="{_BEFORE}" stroke-width="2"/>'
        if old != new
        else ""
    )
    return (
        f'<svg height="18" role="img" aria-label="{old:.1f}% → {new:.1f}%">'
        '<line x1="0" x2="100%" y1="9" y2="9" stroke="#dde3e8" stroke-width="2"/>'
        f'<line x1="{old:.2f}%" x2="{new:.2f}%" y1="9" y2="9" stroke="{_AFTER}" stroke-width="3"/>'
        f'<circle cx="{new:.2f}%" cy="9" r="5" fill="{_AFTER}"/>'
        f"{hollow}</svg>"
    )


def _class(one: dict[str, Any], words: dict[str, str]) -> str:
    if one["up_to"] is None:
        return words["more"].format(one["over"])
    return words["up_to" if one["over"] else "at_most"].format(over=one["over"], most=one["up_to"])


def _share(rate: dict[str, int]) -> float | None:
    return rate["numerator"] / rate["denominator"] if rate["denominator"] else None


def _percent(share: float | None, words: dict[str, str]) -> str:
    """Never 100 % where something is missing from it."""
    if share is None:
        return words["none"]
    return ">99.9%" if 0.9995 <= share < 1 else f"{share:.1%}"


def _signed(change: int, words: dict[str, str]) -> str:
    return f"{change:+,}" if change else words["same"]
