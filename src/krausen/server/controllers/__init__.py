"""Controllers with a firmware of their own: who they are, what they tell, and what they are asked to do."""
