"""The front door: settings, wiring, shipped data and the command line."""
