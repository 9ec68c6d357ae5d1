"""How temperatures, yeast and probes behave: lumped models in whole seconds, deterministic by seed."""
