"""A slow, obvious counting of legal time that shares no code with the engine: it walks days and minutes."""
