"""Pushes to outside services: when each is due, what goes there, and what became of it."""

from krausen.server.pushing.desk import Pushing

__all__ = ["Pushing"]
