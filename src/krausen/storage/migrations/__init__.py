"""Catalog files of earlier versions, brought to the present layout.

One file in `versions` for each layout says how the one before it becomes it. Alembic is loaded only while a
file is upgraded, in a process of its own: `python -m krausen.storage.migrations FILE`.
"""
