"""What brewers reckon with."""
