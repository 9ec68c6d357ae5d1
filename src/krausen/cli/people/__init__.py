"""`krausen user` and `krausen token`: people and programs."""
