"""Real parts that tests start beside themselves."""
