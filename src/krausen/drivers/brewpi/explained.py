"""What the parameters of a firmware are for, in words of our own, with the range that it can count."""

from collections.abc import Mapping

from msgspec import Struct

WIDEST = 63.0
"""Firmwares count differences and gains in 16 bits of 1/512."""
COLDEST_C, HOTTEST_C = -16.0, 112.0
SLOWEST_FILTER = 6.0
LONGEST_S = 65_535.0


class Explained(Struct, frozen=True):
    """A parameter's title and meaning, its unit as in `model.controller.Parameter`, its range or options."""

    title: str
    text: str
    unit: str = ""
    least: float | None = None
    most: float | None = None
    options: tuple[str, ...] = ()


def _kelvin(title: str, text: str, least: float = -WIDEST) -> Explained:
    return Explained(title, text, "K", least, WIDEST)


def _gain(title: str, text: str, least: float = -WIDEST) -> Explained:
    return Explained(title, text, "", least, WIDEST)


def _degrees(title: str, text: str) -> Explained:
    return Explained(title, text, "°C", COLDEST_C, HOTTEST_C)


def _filter(title: str, text: str) -> Explained:
    return Explained(title, f"{text} Each step more doubles its delay.", "", 0.0, SLOWEST_FILTER)


def _seconds(title: str, text: str) -> Explained:
    return Explained(title, text, "s", 0.0, LONGEST_S)


EXPLAINED: Mapping[str, Explained] = {
    "mode": Explained(
        "Mode", "What it holds: f the chamber, b the beer, p a profile, o nothing, t is a test."
    ),
    "beerSet": _degrees("Beer setpoint", "What the beer is to have."),
    "fridgeSet": _degrees(
        "Chamber setpoint", "What the chamber is to have; while the beer is held, the controller finds it."
    ),
    "heatEst": _gain(
        "Heating overshoot", "How far the chamber warms on after an hour of heating; learned.", 0.0
    ),
    "coolEst": _gain(
        "Cooling overshoot", "How far the chamber cools on after an hour of cooling; learned.", 0.0
    ),
    "tempFormat": Explained(
        "Unit", "What its display and its lines are in: C or F. Here all is in °C.", options=("C", "F")
    ),
    "tempSetMin": _degrees("Coldest setpoint", "It holds neither beer nor chamber colder than this."),
    "tempSetMax": _degrees("Warmest setpoint", "It holds neither beer nor chamber warmer than this."),
    "pidMax": _kelvin("Widest correction", "So far from the beer's setpoint the chamber may be held.", 0.0),
    "Kp": _gain(
        "Proportional gain", "The chamber is held this many degrees off for each that the beer is off."
    ),
    "Ki": _gain(
        "Integral gain", "How strongly an error of the beer that stays moves the chamber's setpoint."
    ),
    "Kd": _gain(
        "Derivative gain",
        "How strongly a beer on its way brakes it: degrees for one degree an hour. Its sign "
        "differs between firmwares.",
    ),
    "iMaxErr": _kelvin("Integral band", "Further off than this, the integral fades instead of growing.", 0.0),
    "idleRangeH": _kelvin(
        "Cooling begins above", "The chamber may be this much too warm before it is cooled.", 0.0
    ),
    "idleRangeL": _kelvin(
        "Heating begins below", "The chamber may be this much too cold (below 0) before it is heated."
    ),
    "heatTargetH": _kelvin(
        "Heating peak, above", "A peak after heating further above what was expected teaches it."
    ),
    "heatTargetL": _kelvin(
        "Heating peak, below", "A peak after heating further below what was expected teaches it."
    ),
    "coolTargetH": _kelvin(
        "Cooling peak, above", "A low after cooling further above what was expected teaches it."
    ),
    "coolTargetL": _kelvin(
        "Cooling peak, below", "A low after cooling further below what was expected teaches it."
    ),
    "maxHeatTimeForEst": _seconds("Longest counted heating", "More heating than this adds no overshoot."),
    "maxCoolTimeForEst": _seconds("Longest counted cooling", "More cooling than this adds no overshoot."),
    "fridgeFastFilt": _filter("Chamber, fast filter", "Smooths what switches heater and cooler."),
    "fridgeSlowFilt": _filter("Chamber, slow filter", "Smooths what peaks are found in."),
    "fridgeSlopeFilt": _filter("Chamber, slope filter", "Smooths a slope that no decision uses."),
    "beerFastFilt": _filter("Beer, fast filter", "Smooths what is shown and what stops heater and cooler."),
    "beerSlowFilt": _filter("Beer, slow filter", "Smooths what the proportional and integral parts see."),
    "beerSlopeFilt": _filter("Beer, slope filter", "Smooths the slope that the derivative part sees."),
    "lah": Explained("Light as heater", "Heats with the output of the light.", "on"),
    "hs": Explained("Half steps", "For rotary encoders that click once for two steps.", "on"),
    "beerDiff": Explained("Beer error", "How much warmer the beer should be, smoothed.", "K"),
    "diffIntegral": Explained("Integral", "The errors of the beer, added up while nothing runs.", "K"),
    "beerSlope": Explained("Beer slope", "How fast the beer warms, degrees an hour.", "K"),
    "p": Explained("Proportional part", "What the error adds to the chamber's setpoint.", "K"),
    "i": Explained("Integral part", "What the integral adds to the chamber's setpoint.", "K"),
    "d": Explained("Derivative part", "What the slope adds to the chamber's setpoint.", "K"),
    "estPeak": Explained("Expected peak", "Where the chamber would come to rest if it stopped now.", "°C"),
    "negPeakEst": Explained(
        "Expected low", "Where the chamber was expected to come to rest after cooling.", "°C"
    ),
    "posPeakEst": Explained(
        "Expected high", "Where the chamber was expected to come to rest after heating.", "°C"
    ),
    "negPeak": Explained("Last low", "Where it came to rest after cooling.", "°C"),
    "posPeak": Explained("Last high", "Where it came to rest after heating.", "°C"),
    "glycol": Explained("Glycol", "It cools by glycol and not by a compressor.", "on"),
    "lowDelay": Explained(
        "Short waits", "It waits less between runs of the cooler; not for compressors.", "on"
    ),
    "invertTFT": Explained("Display upside down", "For displays that are mounted the other way round.", "on"),
    "largeTFT": Explained("Large display", "For the larger of the displays.", "on"),
}
