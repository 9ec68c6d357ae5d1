"""What knows one kind of device each. Found by being there."""
