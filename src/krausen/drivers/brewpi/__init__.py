"""What the driver of BrewPi controllers is made of."""
