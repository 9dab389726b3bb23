"""`sundial dossier`: a case on paper, for a hearing."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.events import Event
    from domain.reference import Reference

_HELP = """Print the dossier of a case as PDF: events, clocks, findings with their legal basis, the ledger day by day.

Works beside a running server; without one it opens the data folder itself. With --scenario the case is one of a
scenario file.

Examples:

  sundial dossier 2026-000217 --data data/demo -o 2026-000217.pdf

  sundial dossier 2026-000217 --at 2026-03-10T12:00:00+08:00 --lang en --annex

  sundial dossier --scenario tests/scenarios/pauses/two_pauses_one_after_the_other.yaml --json

Exit 0: printed; 1: no event is known of the case at that moment; 2: it cannot be done, with the reason.
"""


_STDOUT = Path("-")


class _Refused(Exception):
    """It cannot be done; the message says what stands in the way."""


class _Unknown(Exception):
    """Nothing is known of the case."""


def register(app: typer.Typer) -> None:
    """Add `sundial dossier`."""
    app.command("dossier", help=_HELP)(run)


def run(
    case: Annotated[str | None, typer.Argument(help="The case number.", metavar="CASE")] = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="The data folder; default: the settings'.")
    ] = None,
    scenario: Annotated[
        Path | None, typer.Option("--scenario", help="A scenario file with the case.")
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option("--subject", help="Of a scenario: the case; default: that of its last question."),
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", help="As at, RFC 3339; default: now, or the last question.")
    ] = None,
    known_at: Annotated[
        str | None, typer.Option("--known-at", help="As known at, RFC 3339; default: the same as --at.")
    ] = None,
    lang: Annotated[str, typer.Option("--lang", help="zh or en.")] = "zh",
    annex: Annotated[bool, typer.Option("--annex", help="With every event as it was sent.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The document as JSON instead of PDF.")] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="The file, - for stdout; default: dossier-CASE.pdf, JSON to stdout."
        ),
    ] = None,
) -> None:
    try:
        if lang not in ("zh", "en"):
            raise _Refused(f"--lang: expected zh or en, got {lang!r}")
        if scenario is not None:
            document = _of_scenario(scenario, subject or case, at, known_at, lang, annex)
        elif case is None or subject is not None:
            raise _Refused("expected a case number, or --scenario FILE with its --subject")
        else:
            document = _of_folder(_folder(data), case, at, known_at, lang, annex)
        written = _write(document, as_json, output)
    except _Unknown as error:
        print(f"sundial dossier: {error}", file=sys.stderr)
        raise typer.Exit(1) from None
    except _Refused as error:
        print(f"sundial dossier: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    if written is not None:
        print(written)


def _of_scenario(
    file: Path, subject: str | None, at: str | None, known_at: str | None, lang: str, annex: bool
) -> dict[str, Any]:
    from domain.calendars import CalendarError
    from domain.judge import judge
    from domain.profile_document import ProfileError
    from sundial.scenario import ScenarioError, load_scenario

    try:
        scenario = load_scenario(file)
        asked = [one for one in scenario.questions if subject in (None, one.subject)]
        last = asked[-1] if asked else None
        named = subject or (last.subject if last is not None else "case-1")
        if last is None and at is None:
            raise _Refused(f"{file}: no question is asked of {named!r}; expected --at")
        moment = _instant("--at", at) if at is not None else last.at if last is not None else 0
        known = (
            _instant("--known-at", known_at)
            if known_at is not None
            else last.known_at
            if last is not None and at is None
            else moment
        )
        history = scenario.events.get(named, [])
        if not any(event.recorded <= known for event in history):
            raise _Unknown(f"{file}: no event is known of {named!r} at that moment of knowledge")
        verdict = judge(history, scenario.reference, moment, known, named)
    except ScenarioError as error:
        raise _Refused(str(error)) from None
    except (CalendarError, ProfileError) as error:
        raise _Refused(f"{file}: {error}") from None
    return _document(verdict, history, scenario.reference, lang, annex)


def _of_folder(
    folder: Path, case: str, at: str | None, known_at: str | None, lang: str, annex: bool
) -> dict[str, Any]:
    """Through the server where one runs, else here."""
    from streams.folder import FolderInUse, owner_of

    for option, text in (("--at", at), ("--known-at", known_at)):
        if text is not None:
            _instant(option, text)
    owner = owner_of(folder)
    if owner is None:
        return _here(folder, case, at, known_at, lang, annex)
    if owner.address is None:
        raise _Refused(str(FolderInUse(folder, owner)))
    return _ask(owner.address, case, at, known_at, lang, annex)


def _here(
    folder: Path, case: str, at: str | None, known_at: str | None, lang: str, annex: bool
) -> dict[str, Any]:
    from api.replay import ReferenceReader, history_of, replay
    from domain.reference import Reference
    from streams.clock import ClockError
    from streams.database import WrongVersion
    from streams.embedded import Embedded
    from streams.folder import FolderInUse
    from sundial.shipped import holiday_sets

    base = Reference(holiday_sets())
    try:
        embedded = Embedded(folder, base)
    except (ClockError, FolderInUse, WrongVersion) as error:
        raise _Refused(str(error)) from None
    try:
        history = history_of(embedded.journal, embedded.state, case)
        moment = _instant("--at", at) if at is not None else embedded.clock.now()
        known = _instant("--known-at", known_at) if known_at is not None else moment
        if not any(event.recorded <= known for event in history):
            raise _Unknown(
                f"no event is known of {case!r}{' at that moment of knowledge' if history else ''}"
            )
        reference = ReferenceReader(embedded.journal, base).current()
        verdict = replay(history, reference, moment, known, case)
    finally:
        embedded.close()
    return _document(verdict, history, reference, lang, annex)


def _ask(
    address: str, case: str, at: str | None, known_at: str | None, lang: str, annex: bool
) -> dict[str, Any]:
    from urllib.parse import quote

    import httpx

    wanted = {"at": at, "known_at": known_at, "lang": lang, "annex": str(annex).lower(), "format": "json"}
    try:
        answer = httpx.get(
            f"{address}/v1/cases/{quote(case, safe='/')}/dossier",
            params={name: text for name, text in wanted.items() if text is not None},
            timeout=90,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        raise _Refused(f"the server at {address} does not answer: {error}") from None
    try:
        document = answer.json()
    except ValueError:
        raise _Refused(f"the server at {address} answers {answer.status_code}") from None
    if answer.status_code == 404:
        raise _Unknown(document.get("detail") or f"no event is known of {case!r}")
    if answer.status_code != 200:
        raise _Refused(f"the server at {address}: {document.get('detail') or answer.status_code}")
    assert isinstance(document, dict)
    return document


def _document(
    verdict: dict[str, Any], history: "Sequence[Event]", reference: "Reference", lang: str, annex: bool
) -> dict[str, Any]:
    from domain.dossier import dossier_document

    return dossier_document(verdict, history, reference, lang, annex=annex)


def _write(document: dict[str, Any], as_json: bool, output: Path | None) -> str | None:
    """Write it; what to print on stdout, if anything."""
    import msgspec

    if as_json and (output is None or output == _STDOUT):
        return msgspec.json.encode(document).decode()
    if as_json:
        content = msgspec.json.encode(document)
    else:
        from projections.paper.dossier import PaperError, render_dossier
        from projections.paper.naming import file_name

        output = output or Path(file_name(document["subject"]))
        try:
            content = render_dossier(document)[0]
        except PaperError as error:
            raise _Refused(str(error)) from None
    assert output is not None
    if output == _STDOUT:
        sys.stdout.buffer.write(content)
        return None
    try:
        output.write_bytes(content)
    except OSError as error:
        raise _Refused(f"{output}: cannot be written: {error.strerror}") from None
    return str(output)


def _instant(option: str, text: str) -> int:
    from domain.instants import parse_instant

    try:
        return parse_instant(text)
    except (ValueError, OverflowError) as error:
        raise _Refused(f"{option}: {error}") from None


def _folder(data: Path | None) -> Path:
    from sundial.data_folder import FolderUnusable, folder_with_journal

    try:
        return folder_with_journal(data)
    except FolderUnusable as error:
        raise _Refused(str(error)) from None
