"""The commands that start, stop and watch the processes of a data folder."""
