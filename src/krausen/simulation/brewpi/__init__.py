"""A BrewPi out of nothing: a board with its firmware over a simulated chamber, and the lines to it."""
