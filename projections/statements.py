"""What every engine behind the read store is told alike: names, parameters, and how a failure is named."""

import re
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["StoreError", "StoreUnreachable", "checked", "written"]

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0"})


class StoreError(Exception):
    """The read store did not do what it was asked; the message is the engine's."""


class StoreUnreachable(StoreError):
    """The server does not answer: what was asked may have been done, or not."""


def checked(name: str) -> str:
    """A name of a table, column or database. Raises ValueError unless it may stand in a statement as it is."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"expected a name of small letters, digits and underscores, got {name!r}")
    return name


def written(params: Mapping[str, Any]) -> dict[str, str]:
    """Values of `{name:Type}` parameters as ClickHouse reads them: escaped as in tab-separated values."""
    return {name: _value(value) for name, value in params.items()}


def _value(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, list | tuple):
        return f"[{', '.join(_element(element) for element in value)}]"
    return str(value).translate(_ESCAPES)


def _element(value: Any) -> str:
    if isinstance(value, str):
        return "'" + value.translate(_ESCAPES).replace("'", "\\'") + "'"
    return "NULL" if value is None else _value(value)
