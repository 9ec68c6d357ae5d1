"""The process beside the hardware: reads, holds, and owes the server what it read."""
