"""Across a network by socket.io: over a WebSocket where there is a way for one, else by polling.

Under the namespace of agents frames of `krausen.wire` travel as binary events, both ways; under that of
listeners the live channels, as events of their names.
"""

NAMESPACE = "/agent"
LISTENERS = "/"
EVENT = "frame"
"""The one event, with one frame."""
LARGEST_PACKET = 512 * 1024
"""Bytes that the engine takes at once: a frame in base64, as it is polled, and what goes around it."""
