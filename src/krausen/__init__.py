"""Krausen watches and holds temperature where something lives."""

__version__ = "0.1.0"
