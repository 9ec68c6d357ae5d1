"""The process beside the people: takes readings in, keeps them, shows them, and passes wishes on."""
