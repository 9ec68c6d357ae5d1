"""Outputs, one file each."""
