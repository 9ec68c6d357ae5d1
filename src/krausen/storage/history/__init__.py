"""Readings: one port, its engines."""
