"""Ways to hold a temperature, one file each."""
