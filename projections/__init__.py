"""What can be asked: the read side, its schema, sink and queries."""
