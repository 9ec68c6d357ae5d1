"""Access to physical things that only one can have at a time."""
