"""Other tools' histories: read, understood and planned, without touching anything."""
