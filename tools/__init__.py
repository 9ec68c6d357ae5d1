"""Checks and generators for the repository itself; the justfile has a recipe for each."""
