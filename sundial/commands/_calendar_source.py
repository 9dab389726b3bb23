"""Which calendar a question is about: a shipped one by its id, or one of a file, FILE or FILE#ID."""

import json
from pathlib import Path
from typing import Any

import yaml

from domain.calendars import Calendar, CalendarError, CalendarVersion, parse_calendar
from domain.instants import parse_instant
from sundial import shipped

_FILE_ENDINGS = (".yaml", ".yml", ".json")


def find_calendar(wanted: str) -> Calendar:
    """The compiled calendar; CalendarError or OSError if it cannot be read or used.

    A file holds one calendar document, a list of them, or a mapping with `calendars:` (a scenario); its
    calendars take the place of shipped ones of the same id. Of several the question is about the one that
    no other extends. Two documents of one id are versions, in the order of the file.
    """
    known = {name: [CalendarVersion(document, 0)] for name, document in shipped.calendars().items()}
    if wanted in known and not Path(wanted).is_file():
        return Calendar(wanted, known, shipped.holiday_sets())
    name, _, chosen = wanted.partition("#")
    path = Path(name)
    if not path.is_file() and path.suffix not in _FILE_ENDINGS:
        raise CalendarError(
            "calendar", f"a file, or the id of a shipped calendar ({', '.join(known)}), not {wanted!r}"
        )
    own = _read_versions(path)
    known |= own
    return Calendar(_choose(own, chosen, name), known, shipped.holiday_sets())


def read_time(text: str, calendar: Calendar, place: str) -> int:
    """The instant of a time; without an offset it is read in the calendar's zone."""
    try:
        return parse_instant(text, calendar.zone)
    except ValueError:
        raise CalendarError(
            place, f"a time such as 2026-02-12T10:00 or 2026-02-12T10:00:00+08:00, not {text!r}"
        ) from None


def _choose(own: dict[str, list[CalendarVersion]], chosen: str, name: str) -> str:
    if chosen:
        if chosen not in own:
            raise CalendarError(
                "calendar", f"one of the calendars of {name} ({', '.join(own)}), not {chosen!r}"
            )
        return chosen
    extended = {version.document.extends for versions in own.values() for version in versions}
    leaves = [one for one in own if one not in extended] or list(own)
    if len(leaves) > 1:
        raise CalendarError(
            "calendar",
            f"which calendar of the file is meant: {' or '.join(f'{name}#{one}' for one in leaves)}",
        )
    return leaves[0]


def _read_versions(path: Path) -> dict[str, list[CalendarVersion]]:
    document = _load(path)
    many = document.get("calendars") if isinstance(document, dict) and "calendars" in document else document
    versions: dict[str, list[CalendarVersion]] = {}
    for place, one in enumerate(many if isinstance(many, list) else [many]):
        parsed = parse_calendar(one, f"[{place}]" if isinstance(many, list) else "")
        earlier = versions.setdefault(parsed.calendar, [])
        if earlier and parsed.effective_from is None:
            raise CalendarError(
                f"[{place}].effective_from", "a date, for a second version of one calendar", parsed.calendar
            )
        earlier.append(CalendarVersion(parsed, 0))
    if not versions:
        raise CalendarError("calendars", "at least one calendar")
    return versions


class _Loader(yaml.SafeLoader):
    """YAML in which a key that is written twice is an error, not the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.MarkedYAMLError(
                        problem=f"{key.value} is written twice", problem_mark=key.start_mark
                    )
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def _load(path: Path) -> Any:
    text = path.read_text("utf-8")
    try:
        return json.loads(text) if path.suffix == ".json" else yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}" if mark else "document"
        raise CalendarError(where, f"a calendar document in YAML ({error.problem})") from None
    except (ValueError, yaml.YAMLError) as error:
        raise CalendarError("document", f"a calendar document in {path.suffix or 'YAML'} ({error})") from None
