"""BrewPi and its kin: what its firmwares say and are told over a serial line or TCP, and how they control.

Facts after the public firmwares BrewPi/firmware (branch legacy, 0.2.x, AVR) and thorrak/brewpi-esp8266
(0.10 to 0.16, ESP), and the host scripts that speak with them. Both ends are here: a driver decodes what an
emulator encodes. Inside, temperatures are °C, whatever unit a controller speaks.
"""
