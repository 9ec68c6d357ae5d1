"""Fractional demand to on and off over time: time-proportioning in windows of fixed length."""

from msgspec import Struct


class Window(Struct, frozen=True, gc=False):
    """When the present window began, seconds, and the share of it that is to be on."""

    since_s: float = float("-inf")
    share: float = 0.0


def proportion(window: Window, share: float, now_s: float, length_s: float) -> tuple[Window, bool]:
    """Tell whether an output that shall be on for `share` (0 to 1) of each window is to be on now.

    The share is taken at the start of a window, so that one window switches at most once each way; 0 and 1
    take effect at once and end the window.
    """
    if share <= 0.0 or share >= 1.0:
        return _IDLE, share >= 1.0
    if now_s - window.since_s >= length_s:
        window = Window(now_s, share)
    return window, now_s - window.since_s < window.share * length_s


_IDLE = Window()
