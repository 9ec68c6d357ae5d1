"""Drivers of controllers: one file each, with a constant CONTROLLER."""
