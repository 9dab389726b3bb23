"""Clocks: when legal time runs, when it is used up, and when which level is reached."""
