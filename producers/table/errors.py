"""What can be wrong with a mapping, a file, or a row of it."""

from typing import Any


class MappingError(ValueError):
    """A mapping that cannot be used: the path in its document and what was expected there."""

    def __init__(self, path: str, expected: str) -> None:
        super().__init__(f"{path}: {expected}" if path else expected)
        self.path = path
        self.expected = expected


class TableError(ValueError):
    """A file that cannot be read to its end: the message names the place and what was expected there."""


class RowRefused(ValueError):
    """A row that cannot be taken: the column (empty: the whole row), its value, and why."""

    def __init__(self, column: str, value: Any, reason: str) -> None:
        super().__init__(f"{column}: {reason}" if column else reason)
        self.column = column
        self.value = value
        self.reason = reason


class UnknownRows(ValueError):
    """Rows were refused, and it cannot be known which cases lack them: the message names the rows."""
