"""Push targets, one file each, found by their constant TARGET."""
