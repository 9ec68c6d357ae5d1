"""Where things are kept: SQLite, behind the ports."""
