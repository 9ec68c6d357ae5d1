"""One file for each kind of condition that is worth telling."""
