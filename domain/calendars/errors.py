"""The one error of this package."""


class CalendarError(ValueError):
    """A calendar that cannot be used as written.

    `path` is the place in the document (`week.mon-fri[0]`), `expected` says what should stand there,
    `calendar` is the id of the calendar, where it is known.
    """

    def __init__(self, path: str, expected: str, calendar: str | None = None) -> None:
        self.path = path
        self.expected = expected
        self.calendar = calendar
        owner = f"calendar {calendar}, " if calendar else ""
        super().__init__(f"{owner}{path or 'document'}: expected {expected}")
