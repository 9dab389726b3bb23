"""Values of events made of cells: a column with what is to be done to it, a constant, or a mapping of both."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from domain.instants import format_instant
from producers.table.errors import RowRefused
from producers.table.times import NoTime, TimeReader
from producers.xes import slug

Cells = Sequence[Any]
"""The cells of one row that the mapping reads, in the order of `Columns.names`."""

SAMPLES: Final = 3
MISSING: Final = object()
"""No default: a value that is not listed is refused."""


class Columns:
    """The columns that a mapping reads, each with its place among the cells, and what is made of it."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.paths: list[str] = []
        self.uses: list[list[str]] = []
        self.samples: list[dict[str, str]] = []

    def slot(self, name: str, path: str, use: str) -> int:
        """The place of a column; `path` is where the mapping names it."""
        if name in self.names:
            slot = self.names.index(name)
        else:
            slot = len(self.names)
            self.names.append(name)
            self.paths.append(path)
            self.uses.append([])
            self.samples.append({})
        if use not in self.uses[slot]:
            self.uses[slot].append(use)
        return slot


def text_of(cell: Any) -> str:
    """A cell as text: trimmed; whole numbers without a point; dates as ISO."""
    kind = type(cell)
    if kind is str:
        return str(cell.strip())
    if cell is None:
        return ""
    if kind is bool:
        return "true" if cell else "false"
    if kind is float and cell.is_integer():
        return str(int(cell))
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat())
    return str(cell)


class ColumnValue:
    """What a column (or several, joined by a space) says in one place of an event; None where it is empty."""

    def __init__(
        self,
        columns: Columns,
        names: Sequence[str],
        path: str,
        use: str,
        *,
        empty: frozenset[str] = frozenset(("",)),
        kind: str = "text",
        time: TimeReader | None = None,
        values: Mapping[str, Any] | None = None,
        default: Any = MISSING,
        required: bool = False,
        prefix: str = "",
    ) -> None:
        self.names = names
        self.column = " + ".join(names)
        self.kind = kind
        self.values = values
        self._slots = [columns.slot(name, path, use) for name in names]
        self._slot = self._slots[0]
        self._samples = columns.samples[self._slot]
        self._empty = empty
        self._time = time
        self._default = default
        self._required = required
        self._prefix = prefix

    @property
    def day_rule(self) -> object:
        """What a day without a time stands for, of a column that is a time."""
        return self._time.rule.day if self._time is not None else None

    def raw(self, cells: Cells) -> Any:
        """The cell (a text trimmed); of several columns their texts, joined; None where it counts as empty."""
        if len(self._slots) == 1:
            cell = cells[self._slot]
            if type(cell) is str:
                text = cell.strip()
                return None if text in self._empty else text
            return cell
        texts = (text_of(cells[slot]) for slot in self._slots)
        return " ".join(text for text in texts if text not in self._empty) or None

    def __call__(self, cells: Cells) -> Any:
        """The value for the event. Raises RowRefused."""
        raw = self.raw(cells)
        if raw is None and not (self.values is not None and "" in self.values):
            if self._required:
                raise RowRefused(self.column, "", "expected a value, got none")
            return self._default if self.values is None and self._default is not MISSING else None
        value = self._value(raw)
        if len(self._samples) < SAMPLES and (text := text_of(raw)) not in self._samples:
            self._samples[text] = self._shown(value)
        return value

    def tried(self, cells: Cells) -> Any:
        """The value of cells that may not be what they seem: no samples are kept. Raises RowRefused."""
        kept = dict(self._samples)
        try:
            return self(cells)
        finally:
            self._samples.clear()
            self._samples.update(kept)

    def instant(self, cells: Cells) -> int | None:
        """The value as an instant, of a column that is a time. Raises RowRefused."""
        value: int | None = self(cells)
        return value

    def show(self, text: str) -> None:
        """Keep a sample of what a filter sees."""
        if len(self._samples) < SAMPLES:
            self._samples.setdefault(text, text)

    def _value(self, raw: Any) -> Any:
        if self._time is not None:
            try:
                return self._time(raw)
            except NoTime as error:
                raise RowRefused(self.column, text_of(raw), str(error)) from None
        text = raw if type(raw) is str else text_of(raw)
        if self.values is not None:
            found = self.values.get(text, self._default)
            if found is MISSING:
                raise RowRefused(
                    self.column, text, "is not among the mapping's values, and there is no default"
                )
            return found
        if self.kind == "number":
            return self._number(text)
        return self._prefix + (slug(text) if self.kind == "id" else text)

    def _number(self, text: str) -> int | float:
        try:
            return int(text)
        except ValueError:
            pass
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if number - number != 0:  # neither nan nor infinite
            raise RowRefused(self.column, text, "expected a number")
        return number

    def _shown(self, value: Any) -> str:
        if self._time is None:
            return "left out" if value is None else str(value)
        try:
            return format_instant(value)
        except (OverflowError, ValueError):
            return "out of range"


Part = Callable[[Cells], Any]
"""A part of an event's data that depends on the row."""


def constant_of(template: Any) -> bool:
    """Whether nothing in a template depends on the row."""
    if isinstance(template, dict):
        return all(constant_of(value) for value in template.values())
    if isinstance(template, list):
        return all(constant_of(value) for value in template)
    return not callable(template)


def fill(template: Any, cells: Cells, *, whole: bool = False) -> Any:
    """A template with the row's values; parts without a value are left out.

    With `whole` one part without a value leaves out the whole (a limit of no amount is no limit).
    """
    if callable(template):
        return template(cells)
    if isinstance(template, dict):
        out: dict[str, Any] = {}
        for name, part in template.items():
            value = fill(part, cells, whole=whole)
            if value is not None:
                out[name] = value
            elif whole and callable(part):
                return None
        return out or None
    if isinstance(template, list):
        return [value for part in template if (value := fill(part, cells)) is not None]
    return template


class TimeText:
    """A time inside an event's data: RFC 3339 in UTC."""

    def __init__(self, value: ColumnValue) -> None:
        self.value = value

    def __call__(self, cells: Cells) -> str | None:
        """The text of the instant, None where the cell is empty. Raises RowRefused."""
        instant = self.value.instant(cells)
        if instant is None:
            return None
        try:
            return format_instant(instant)
        except (OverflowError, ValueError):
            raise RowRefused(
                self.value.column, text_of(self.value.raw(cells)), "expected a time from 1901 to 2199"
            ) from None


class Filter:
    """Whether a column's text is one of some values."""

    def __init__(self, value: ColumnValue, wanted: frozenset[str]) -> None:
        self.value = value
        self.wanted = wanted

    def __call__(self, cells: Cells) -> bool:
        """Whether the row has one of them."""
        text = text_of(self.value.raw(cells))
        self.value.show(text)
        return text in self.wanted
