"""One file a format, each with its constant FORMAT."""
