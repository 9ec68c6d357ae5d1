"""The processes of an installation: kept running, watched, logged, started at boot."""
