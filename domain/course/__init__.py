"""The course of a case: from its events to its clocks, pauses, holders and end."""
