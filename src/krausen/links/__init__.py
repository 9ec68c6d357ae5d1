"""Ways between agent and server."""
