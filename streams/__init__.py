"""The running supervisor: journal, state store, clock and loop."""
