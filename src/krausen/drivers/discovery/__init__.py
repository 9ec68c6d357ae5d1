"""Ways to find devices that nobody uses yet: one file each, with a constant DISCOVERY."""
