"""How facts get in: import of event logs, the simulator of a county."""
