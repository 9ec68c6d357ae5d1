"""What may be plugged in: devices, storage, links, time."""
