"""The durable outbox: what was accepted is on disk before the answer, and stays until the broker has it.

`Outbox` takes events in, `Drainer` sends them. At least once, and in order per subject: an exact repetition can
follow a crash or a lost answer, and whoever reads the topic knows it by identity and content.
"""
