"""Benchmarks: `just bench NAME` runs one and prints a table. Figures are ratios where there is a peer."""
