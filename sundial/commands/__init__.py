"""One module per sub-command; each has register(app) and imports its needs late."""
