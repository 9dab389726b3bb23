"""What supervision means: events, calendars, clocks, rules and the judge; pure, without I/O."""
