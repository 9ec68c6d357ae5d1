"""Profiles: the setpoint at any instant, changes to a course that runs, and the text forms of others."""
