"""What can go wrong, and who acts.

KrausenError
├── TryAgain              nobody: the same call may succeed later
│   ├── LinkLost          the other side of a link is gone
│   ├── DeviceLost        a probe, relay or controller does not answer
│   ├── StorageAway       the disk is full, read-only or locked
│   └── TargetBusy        an outside service cannot take it now; may say when it can
│       └── AnswerLost    its answer was lost: it may have taken it all the same
├── Refusal               the caller: ask for something else
│   ├── NotFound          no such thing
│   ├── Stale             somebody else changed it first
│   ├── Unproven          no proof, or a wrong one, of who is asking
│   ├── Forbidden         known, but not allowed
│   ├── Throttled         too many tries; says when the next may be made
│   └── Invalid           readable but wrong; names every bad field
├── OperatorNeeded        the operator: a setting, folder, port or cable is wrong
│   └── TargetRefused     an outside service will not take it until a setting is mended
└── Defect                the programmer: an extension or caller broke a contract
"""

from collections.abc import Sequence

from msgspec import Struct


class KrausenError(Exception):
    """Any failure that Krausen foresees. Its text is a sentence a user can act on."""


class TryAgain(KrausenError):
    """A passing failure: the same call may succeed later."""


class LinkLost(TryAgain):
    """The other side of a link is gone."""


class DeviceLost(TryAgain):
    """A device does not answer."""


class StorageAway(TryAgain):
    """Nothing could be written or read; nothing of the call was stored."""


class TargetBusy(TryAgain):
    """An outside service cannot take it now; `after_s` is how long it asks to be left alone, None unknown."""

    def __init__(self, detail: str, after_s: float | None = None) -> None:
        super().__init__(detail)
        self.after_s = after_s


class AnswerLost(TargetBusy):
    """An outside service was sent everything, and its answer did not come: it may have taken it."""


class Refusal(KrausenError):
    """The caller asked for something that cannot be had."""


class NotFound(Refusal):
    """No such thing."""


class Stale(Refusal):
    """Somebody else changed it since the caller looked."""


class Unproven(Refusal):
    """No proof, or a wrong one, of who is asking."""


class Forbidden(Refusal):
    """The caller is known but may not do this."""


class Throttled(Refusal):
    """Too many tries; the next may be made after `retry_after_s` seconds."""

    def __init__(self, detail: str, retry_after_s: int) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class Fault(Struct, frozen=True):
    """One bad field: `where` is a JSON Pointer into the body, or `query:NAME` or `path:NAME`."""

    where: str
    message: str


class Invalid(Refusal):
    """Readable but wrong. `faults` names every bad field."""

    def __init__(self, detail: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(detail)
        self.faults = tuple(faults)


class OperatorNeeded(KrausenError):
    """A setting, folder, port or cable is wrong; the text says which and what to do."""


class TargetRefused(OperatorNeeded):
    """An outside service will not take it, however often it is tried: a key or an address is wrong."""


class Defect(KrausenError):
    """An extension or a caller broke a contract."""
