"""What a controller is to do and what it is doing, in its own letters and numbers."""

from enum import IntEnum, StrEnum


class Mode(StrEnum):
    """What a controller holds."""

    FRIDGE = "f"
    BEER = "b"
    PROFILE = "p"
    OFF = "o"
    TEST = "t"

    @property
    def holds_beer(self) -> bool:
        """Whether the beer leads and the fridge follows."""
        return self in (Mode.BEER, Mode.PROFILE)


class State(IntEnum):
    """What a controller is doing; an open door is shown and changes nothing."""

    IDLE = 0
    OFF = 1
    DOOR_OPEN = 2
    HEATING = 3
    COOLING = 4
    WAITING_TO_COOL = 5
    WAITING_TO_HEAT = 6
    WAITING_FOR_PEAK = 7
    COOLING_MINIMUM = 8
    HEATING_MINIMUM = 9

    @property
    def heats(self) -> bool:
        """Whether the heater runs."""
        return self in (State.HEATING, State.HEATING_MINIMUM)

    @property
    def cools(self) -> bool:
        """Whether the cooler runs."""
        return self in (State.COOLING, State.COOLING_MINIMUM)

    @property
    def waits(self) -> bool:
        """Whether something is wanted that may not begin yet."""
        return self in (State.WAITING_TO_COOL, State.WAITING_TO_HEAT, State.WAITING_FOR_PEAK)
