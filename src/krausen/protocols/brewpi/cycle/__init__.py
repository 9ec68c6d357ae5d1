"""The control of BrewPi's firmwares as pure arithmetic: a call a second, and all it remembers in a value.

Two loops: the error of the beer moves the setpoint of the fridge (PID), and a state machine with minimum
times brings the fridge there, stopping early by as much as it has learned to overshoot. Equations and numbers
after the firmwares BrewPi/firmware 0.2.x and thorrak/brewpi-esp8266, of which nothing is copied.
"""
