"""`sundial rules`: the rules that are built, what they rest on, and what a profile makes of them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

import typer

if TYPE_CHECKING:
    from domain.profiles import Profile

_HELP = """List the rules: titles, levels, sources, parameters, obligations covered.

Example: sundial rules TL-10 --profile statute --lang en

A code shows that rule alone, with the scenario files that show it. Exit 0: listed; 2: no such rule or profile.
"""
_WORDS: Final[dict[str, dict[str, str]]] = {
    "zh": {
        "levels": "等级", "sources": "依据", "parameters": "参数", "covers": "义务", "on": "启用", "off": "未启用",
        "default": "默认 {}", "thresholds": "阈值", "scenarios": "场景", "clock": "时限 {}", "version": "版本",
        "limit": "期限 {}", "set": "规则集设定", "also": "另载于", "remark": "备注", "none": "法律未定，由规则集载明",
    },
    "en": {
        "levels": "levels", "sources": "sources", "parameters": "parameters", "covers": "covers", "on": "on",
        "off": "off", "default": "default {}", "thresholds": "thresholds", "scenarios": "scenarios",
        "clock": "clock {}", "version": "version", "limit": "limit {}", "set": "set by the profile",
        "also": "also in", "remark": "remark", "none": "no law; the profile names its article",
    },
}  # fmt: skip


def register(app: typer.Typer) -> None:
    app.command("rules", help=_HELP)(run)


def run(
    code: Annotated[str | None, typer.Argument(help="One rule, such as TL-10.", metavar="CODE")] = None,
    profile: Annotated[
        str | None, typer.Option("--profile", help="A shipped profile: its values, and what is on.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="As JSON: a list, or with a code one rule.")
    ] = False,
    lang: Annotated[str, typer.Option("--lang", help="zh or en.")] = "zh",
) -> None:
    if lang not in _WORDS:
        _fail(f"--lang: expected zh or en, got {lang!r}")
    from domain.registry import RULES
    from sundial.rulebook import rule_document, scenarios_of

    if code is not None and code not in RULES:
        _fail(f"expected the code of a rule that is built ({', '.join(RULES)}), got {code!r}")
    chosen = None if profile is None else _profile(profile)
    documents = [rule_document(one, chosen) for one in ([code] if code else RULES)]
    if code is not None:
        documents[0]["scenarios"] = [_shown(path) for path in scenarios_of(code)]
    if as_json:
        import json

        print(json.dumps(documents[0] if code else documents, ensure_ascii=False, indent=2))
        return
    for index, document in enumerate(documents):
        if index:
            print()
        for line in _lines(document, lang):
            print(line)


def _profile(name: str) -> Profile:
    from domain.profiles import resolve_profile
    from sundial.shipped import profile_chain

    try:
        return resolve_profile(profile_chain(name))
    except LookupError as error:
        _fail(f"--profile: expected {error.args[0]}")


def _lines(document: dict[str, Any], lang: str) -> Iterator[str]:
    from domain.words import LEVELS

    words = _WORDS[lang]
    state = f"  [{words['on' if document['enabled'] else 'off']}]" if "enabled" in document else ""
    yield f"{document['code']}  {document['title'][lang]}{state}"
    levels = " / ".join(_level(level, lang, LEVELS) for level in document["levels"])
    yield f"  {words['levels']}: {levels}"
    yield f"  {words['sources']}: {'; '.join(one[lang] for one in document['sources']) or words['none']}"
    if document.get("also_in"):
        yield f"  {words['also']}: {'; '.join(one[lang] for one in document['also_in'])}"
    if "remark" in document:
        yield f"  {words['remark']}: {document['remark']}"
    for parameter in document["parameters"]:
        yield f"  {words['parameters']}: {_parameter(parameter, lang)}"
    for threshold in document.get("thresholds", ()):
        parts = [words["clock"].format(threshold["clock"])]
        if threshold["limit"] is not None:
            parts.append(words["limit"].format(threshold["limit"]))
        parts += [
            f"{key} {value}" for key, value in threshold.items() if key not in ("clock", "limit", "level")
        ]
        yield f"  {words['thresholds']}: {', '.join(parts)} → {_level(threshold['level'], lang, LEVELS)}"
    if document["covers"]:
        yield f"  {words['covers']}: {' '.join(document['covers'])}"
    if "scenarios" in document:
        yield f"  {words['version']}: {document['version']}"
        folders = Counter(path.rpartition("/")[0] for path in document["scenarios"])
        for folder, count in sorted(folders.items()):
            yield f"  {words['scenarios']}: {folder} ({count})"


def _level(level: int, lang: str, levels: Mapping[str, tuple[str, ...]]) -> str:
    """The word of a level; level 0 here informs."""
    return {"zh": "提示", "en": "information"}[lang] if level == 0 else levels[lang][level]


def _parameter(parameter: dict[str, Any], lang: str) -> str:
    from sundial.rulebook import LOCAL_DEFAULT

    words = _WORDS[lang]
    basis = "; ".join(one[lang] for one in parameter["sources"]) or LOCAL_DEFAULT[lang]
    line = f"{parameter['name']} = {_text(parameter.get('value', parameter['default']))}"
    line += f" - {parameter['meaning'][lang]} ("
    if parameter.get("set_by_profile"):
        return f"{line}{words['set']}: {basis})"
    return f"{line}{words['default'].format(_text(parameter['default']))}: {basis})"


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_text(one)}" for name, one in value.items()) or "-"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or "-"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(path: Any) -> str:
    from sundial.rulebook import ROOT

    return str(path.relative_to(ROOT))


def _fail(message: str) -> NoReturn:
    print(f"sundial rules: {message}", file=sys.stderr)
    raise typer.Exit(2)
