"""One file a layout; its revision is the number of the layout."""
