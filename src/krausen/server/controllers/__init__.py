"""Controllers with a firmware of their own: who they are, what they tell, and what they are asked to do."""

from krausen.server.controllers.arranging import Controllers

__all__ = ["Controllers"]
