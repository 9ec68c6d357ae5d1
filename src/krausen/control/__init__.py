"""How temperatures are held: pure steps with explicit state."""
