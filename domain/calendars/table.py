"""A run of days as sorted arrays with prefix sums: every question is a lookup, never a walk.

A table never changes; growing makes a new one, so that threads may share a calendar.
"""

import sys
from bisect import bisect_left, bisect_right
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

from domain.calendars.versions import Epoch
from domain.calendars.zones import DAY, EPOCH_ORDINAL, MINUTE, Piece, first_instant, pieces_between


class DayTable:
    """The days lo <= day < hi (ordinals) of a calendar.

    `starts` holds the first instant of each day and of hi; `worked` the working days; `counts[i]` is the
    number of working days before day lo + i; `firsts[i]` the place of that day's first segment in `begins`
    and `ends`;
    `opened[k]` the open microseconds of the table before segment k.
    """

    __slots__ = ("begins", "counts", "ends", "firsts", "hi", "lo", "opened", "safe", "starts", "worked")

    def __init__(
        self,
        lo: int,
        starts: list[int],
        firsts: list[int],
        worked: list[int],
        begins: list[int],
        ends: list[int],
    ) -> None:
        self.lo = lo
        self.hi = lo + len(starts) - 1
        self.starts = starts
        self.firsts = firsts
        self.worked = worked
        self.begins = begins
        self.ends = ends
        opens = [after > before for before, after in pairwise(firsts)]
        self.counts = list(accumulate(opens, initial=0))
        lengths = (end - begin for begin, end in zip(begins, ends, strict=True))
        self.opened = list(accumulate(lengths, initial=0))
        # A segment of the day before lo may reach into lo; from here on nothing outside matters.
        self.safe = starts[1] if len(starts) > 1 else starts[0]

    def joined(self, later: "DayTable") -> "DayTable":
        """This table and the one that begins where it ends, as one."""
        shift = len(self.begins)
        return DayTable(
            self.lo,
            self.starts[:-1] + later.starts,
            self.firsts[:-1] + [first + shift for first in later.firsts],
            self.worked + later.worked,
            self.begins + later.begins,
            self.ends + later.ends,
        )

    def day_of(self, instant: int) -> int:
        return self.lo + bisect_right(self.starts, instant) - 1

    def opened_until(self, instant: int) -> int:
        """Open microseconds of the table before the instant."""
        place = bisect_right(self.begins, instant) - 1
        if place < 0:
            return 0
        end = self.ends[place]
        return self.opened[place] + (instant if instant < end else end) - self.begins[place]

    def instant_with(self, opened: int) -> int:
        """The first instant with that much open time before it; 0 < opened <= self.opened[-1]."""
        place = bisect_left(self.opened, opened) - 1
        return self.begins[place] + opened - self.opened[place]


def build_table(epochs: tuple[Epoch, ...], zone: ZoneInfo, lo: int, hi: int) -> DayTable:
    """The table of the days lo <= day < hi (ordinals); day hi is looked at to clip what crosses midnight."""
    pieces = pieces_between(zone, lo, hi + 2)
    starts: list[int] = []
    firsts: list[int] = []
    worked: list[int] = []
    begins: list[int] = []
    ends: list[int] = []
    epoch = max(place for place, one in enumerate(epochs) if one.first <= lo)
    until = [one.first for one in epochs[1:]] + [hi + 1]
    plan = epochs[epoch].rules.plan
    place, offset, steady_until = 0, None, lo
    for day in range(lo, hi + 1):
        if day == until[epoch]:
            epoch += 1
            plan = epochs[epoch].rules.plan
        if day >= steady_until:
            place, offset, steady_until = _steady(day, pieces, place)
        local = (day - EPOCH_ORDINAL) * DAY
        near = pieces[place : place + 4] if offset is None else ()
        base = local - offset if offset is not None else 0
        starts.append(base if offset is not None else first_instant(local, near))
        first = len(begins)
        for start, end in plan(day).hours:
            if offset is not None:
                begin, finish = base + start * MINUTE, base + end * MINUTE
            else:
                begin = first_instant(local + start * MINUTE, near)
                finish = first_instant(local + end * MINUTE, near)
            if finish <= begin:
                continue  # the whole segment lies in a gap of the clock
            if begins and ends[-1] > begin:
                ends[-1] = begin
                if begins[-1] == begin:
                    first -= 1
                    del begins[-1], ends[-1]
                    if firsts[-1] == first:
                        del worked[-1]
            begins.append(begin)
            ends.append(finish)
        firsts.append(first)
        if len(begins) > first:
            worked.append(day)
    del begins[firsts[-1] :], ends[firsts[-1] :]
    if worked and worked[-1] == hi:
        del worked[-1]
    return DayTable(lo, starts, firsts, worked, begins, ends)


def _steady(day: int, pieces: list[Piece], place: int) -> tuple[int, int | None, int]:
    """The piece in force before the day, its offset if that holds for two days, and until which day."""
    local = (day - EPOCH_ORDINAL) * DAY
    while place + 1 < len(pieces) and _change(pieces, place + 1)[1] < local:
        place += 1
    if place + 1 == len(pieces):
        return place, pieces[place][1], sys.maxsize
    first_touched = -(-_change(pieces, place + 1)[0] // DAY) - 2 + EPOCH_ORDINAL
    if day < first_touched:
        return place, pieces[place][1], first_touched
    return place, None, day + 1


def _change(pieces: list[Piece], place: int) -> tuple[int, int]:
    """The wall times between which the clock change that begins this piece is felt."""
    since, after = pieces[place]
    before = pieces[place - 1][1]
    return since + min(before, after), since + max(before, after)
