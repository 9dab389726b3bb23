"""Columns as the mapping names them: `{column: NAME}` and what is to be done to its values."""

import re
from collections.abc import Callable, Mapping
from datetime import time as time_of_day
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.identity import identity_field
from producers.table.document import check_keys, child, mapping_at, one_of, plain, texts
from producers.table.errors import MappingError
from producers.table.fields import MISSING, Columns, ColumnValue, Filter, TimeText
from producers.table.times import CLOCK_CHANGES, TimeReader, TimeRule, check_format, needs_zone

_TIME_KEYS: Final = ("format", "zone", "day", "clock_change")
_KEYS: Final = ("column", "columns", "as", "values", "default", "required")
_CLOCK: Final = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$")

Check = Callable[[Any, str], None]
"""Checks a constant that stands at a path. Raises MappingError."""


class ColumnReader:
    """Compiles the columns of one mapping; knows its defaults."""

    def __init__(self, times: dict[str, Any], empty: list[str]) -> None:
        check_keys(times, "times", _TIME_KEYS)
        self.columns = Columns()
        self._times = times
        self._rule = _time_rule(times, "times", TimeRule())
        self._empty = frozenset(("", *empty))

    def value(
        self,
        spec: Any,
        path: str,
        *,
        kind: str = "text",
        use: str = "",
        required: bool = False,
        prefix: bool = False,
        check: Check | None = None,
        listed: tuple[Mapping[str, Any], Any] | None = None,
    ) -> ColumnValue:
        """A column, or several that are joined. `listed`: the values and the default, compiled elsewhere."""
        if not isinstance(spec, dict) or ("column" in spec) == ("columns" in spec):
            raise MappingError(path, f"expected a column, such as {{column: NAME}}, got {spec!r}")
        keys = (*_KEYS, *(_TIME_KEYS if kind == "time" else ()), *(("prefix",) if prefix else ()))
        if kind == "text" and spec.get("as") == "time":
            raise MappingError(f"{path}.as", "expected text, id or number: this field takes no time")
        check_keys(spec, path, keys)
        names = _names(spec, path)
        if spec.get("as") is not None:
            if kind != "text":
                raise MappingError(f"{path}.as", f"expected it left out: this is a {kind}")
            kind = one_of(spec, "as", path, ("text", "id", "number"))
        time = self._time(spec, path) if kind == "time" else None
        values, default = listed if listed is not None else self._values(spec, path, kind, check)
        if listed is not None and default is None:
            default = MISSING
        if values is None and kind != "time":
            _name_nobody(names, path)
        return ColumnValue(
            self.columns, names, path, use or f"{path} ({kind})", empty=self._empty, kind=kind, time=time,
            values=values, default=default, required=_truth(spec, "required", path, required),
            prefix=plain(spec.get("prefix")),
        )  # fmt: skip

    def template(self, spec: Any, path: str, check: Check | None = None, *, key: str = "") -> Any:
        """A part of an event's data: a column, a constant, or a mapping or list of these."""
        if isinstance(spec, dict) and ("column" in spec or "columns" in spec):
            if key == "until":
                return TimeText(self.value(spec, path, kind="time"))
            return self.value(spec, path, check=check)
        if isinstance(spec, dict):
            parts = {
                str(name): self.template(part, child(path, str(name)), key=str(name))
                for name, part in spec.items()
            }
        elif isinstance(spec, list):
            return [self.template(part, f"{path}[{index}]") for index, part in enumerate(spec)]
        else:
            parts = spec
        if check is not None and _is_constant(parts):
            check(parts, path)
        elif check is not None and isinstance(parts, dict):
            check(_tried(parts), path)
        return parts

    def filters(self, entry: Any, path: str) -> tuple[Filter, ...]:
        """`where` and `when`: columns and the values that are wanted of each."""
        if entry is None:
            return ()
        if not isinstance(entry, dict) or not entry:
            raise MappingError(path, f"expected columns with lists of values, got {entry!r}")
        out = []
        for name, wanted in entry.items():
            here = child(path, str(name))
            values = frozenset(texts(wanted, here))
            value = ColumnValue(
                self.columns, [str(name)], here, f"{path} (filter)", empty=self._empty, values={}
            )
            out.append(Filter(value, values))
        return tuple(out)

    def _time(self, spec: dict[str, Any], path: str) -> TimeReader:
        own = {key: spec[key] for key in _TIME_KEYS if spec.get(key) is not None}
        if spec.get("values") is not None or spec.get("default") is not None:
            raise MappingError(path, "expected no values and no default: this is a time")
        rule = _time_rule(own, path, self._rule) if own else self._rule
        lacking = needs_zone(rule)
        if lacking is not None:
            raise MappingError(
                path, f"times of the format {lacking} have no offset: expected a zone here or in `times`"
            )
        return TimeReader(rule)

    def _values(
        self, spec: dict[str, Any], path: str, kind: str, check: Check | None
    ) -> tuple[dict[str, Any] | None, Any]:
        default = spec.get("default", MISSING)
        if default is not MISSING and default is not None and check is not None:
            check(default, f"{path}.default")
        if spec.get("values") is None:
            return None, default
        given = mapping_at(spec, "values", path)
        if kind == "number":
            raise MappingError(f"{path}.values", "expected values of a text, not of a number")
        for name, one in given.items():
            if one is not None and check is not None:
                check(one, child(f"{path}.values", str(name)))
        return {plain(name): one for name, one in given.items()}, default


def _is_constant(part: Any) -> bool:
    if isinstance(part, dict):
        return all(_is_constant(one) for one in part.values())
    if isinstance(part, list):
        return all(_is_constant(one) for one in part)
    return not callable(part)


def _tried(parts: dict[str, Any]) -> dict[str, Any]:
    """A mapping with a likely value in each place of a column, to see that its keys are right."""
    likely = {"until": "2026-03-02T09:00:00Z", "unit": "calendar_day"}
    return {
        name: part if _is_constant(part) else likely.get(name, 1) for name, part in parts.items()
    }  # fmt: skip


def _names(spec: dict[str, Any], path: str) -> list[str]:
    if "column" in spec:
        name = spec["column"]
        if isinstance(name, dict | list) or name is None or name == "":
            raise MappingError(f"{path}.column", f"expected the name of a column, got {name!r}")
        return [plain(name)]
    names = texts(spec["columns"], f"{path}.columns")
    if len(names) < 2:
        raise MappingError(f"{path}.columns", "expected the names of two columns or more")
    return names


def _name_nobody(names: list[str], path: str) -> None:
    """A column that names a citizen may be read only through `values`, which let no other text pass."""
    for name in names:
        if identity_field("case.accepted", {name: "x"}) is not None:
            raise MappingError(
                path,
                f"the column {name!r} would name a citizen; expected it left out, or `values` for what is no name",
            )


def _truth(spec: dict[str, Any], key: str, path: str, default: bool) -> bool:
    value = spec.get(key, default)
    if not isinstance(value, bool):
        raise MappingError(f"{path}.{key}", f"expected true or false, got {value!r}")
    return value


def _time_rule(given: dict[str, Any], path: str, base: TimeRule) -> TimeRule:
    rule = base
    if given.get("format") is not None:
        formats = given["format"] if isinstance(given["format"], list) else [given["format"]]
        if not formats:
            raise MappingError(f"{path}.format", "expected at least one format")
        for one in formats:
            try:
                check_format(plain(one))
            except ValueError as error:
                raise MappingError(f"{path}.format", str(error)) from None
        rule = rule._replace(formats=tuple(plain(one) for one in formats))
    if given.get("zone") is not None:
        try:
            rule = rule._replace(zone=ZoneInfo(plain(given["zone"])))
        except (LookupError, ValueError, OSError):
            raise MappingError(
                f"{path}.zone", f"expected a time zone such as Asia/Shanghai, got {given['zone']!r}"
            ) from None
    if given.get("day") is not None:
        rule = rule._replace(day=_day(plain(given["day"]), path))
    if given.get("clock_change") is not None:
        rule = rule._replace(clock_change=one_of(given, "clock_change", path, CLOCK_CHANGES))
    return rule


def _day(text: str, path: str) -> str | time_of_day:
    if text in ("start", "end"):
        return text
    match = _CLOCK.match(text)
    if match is None:
        raise MappingError(f"{path}.day", f'expected start, end, or a time such as "17:00", got {text!r}')
    return time_of_day(int(match[1]), int(match[2]), int(match[3] or 0))
