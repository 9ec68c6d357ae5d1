"""The link across a network: socket.io, over a WebSocket where there is a way for one, else by polling.

Frames of `krausen.wire` travel as binary events, both ways, under the namespace of agents.
"""

NAMESPACE = "/agent"
EVENT = "frame"
"""The one event, with one frame."""
LARGEST_PACKET = 512 * 1024
"""Bytes that the engine takes at once: a frame in base64, as it is polled, and what goes around it."""
