"""The HTTP and WebSocket face of the server. The web framework is met here and nowhere else."""
