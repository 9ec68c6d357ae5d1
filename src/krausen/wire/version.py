"""What both ends of a link must agree on."""

WIRE_VERSION = 2
"""Counted up when a message changes its meaning. A new field with a default is no change."""
