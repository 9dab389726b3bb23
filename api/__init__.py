"""What can be asked over HTTP, and how events come in."""
