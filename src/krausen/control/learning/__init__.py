"""What a chamber is like and what goes on in it, learned from its probes while it is held."""
