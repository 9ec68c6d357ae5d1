"""What can go wrong.

ClientError
├── Refused            it was said no to what was sent: mend it, sending it again does not help
│   ├── NotSignedIn    login, password or token are not valid
│   └── NotAllowed     they are, and yet this may not be done with them
├── Unreachable        nobody answered, or the server could not: later it may work
├── NotUnderstood      what answered at the address is no Krausen server that we know
├── Full               an accumulator holds all that it may
└── SpoolUnusable      the file of an accumulator cannot be used
"""

from collections.abc import Sequence

from krausen_client.results import Fault, Sent

_SHOWN = 5


class ClientError(Exception):
    """Whatever goes wrong here.

    `sent` is what had been accepted before, and `status` that of the answer, None where there was none.
    """

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.sent = Sent()


class Refused(ClientError):
    """It was said no: by the server with a `status`, or with None by ourselves before anything was sent.

    `faults` names what is wrong, the first 20 of it.
    """

    def __init__(self, message: str, *, status: int | None = None, faults: Sequence[Fault] = ()) -> None:
        super().__init__(message, status=status)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return _with(super().__str__(), self.faults)


class NotSignedIn(Refused):
    """Login and password, or the token, are not valid, or not any more."""


class NotAllowed(Refused):
    """The server knows who asks, and they may not do this."""


class Unreachable(ClientError):
    """Nobody answered, or the server could not do it now; later it may work.

    `retry_after_s` is after how many seconds the server wants to be asked again, where it said so.
    `may_have_arrived` tells whether the server may have done what it was asked.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        retry_after_s: float | None = None,
        is_passing: bool = True,
        may_have_arrived: bool = True,
    ) -> None:
        super().__init__(message, status=status)
        self.retry_after_s = retry_after_s
        self.is_passing = is_passing
        self.may_have_arrived = may_have_arrived


class NotUnderstood(ClientError):
    """What answered is no Krausen server, or one that we do not know."""


class Full(ClientError):
    """An accumulator holds all that it may; the value was not taken."""


class SpoolUnusable(ClientError):
    """The file that keeps the values of an accumulator cannot be used."""


def _with(message: str, faults: Sequence[Fault]) -> str:
    told = [str(fault) for fault in faults[:_SHOWN]]
    if len(faults) > _SHOWN:
        told.append(f"and {len(faults) - _SHOWN} more")
    return f"{message} ({'; '.join(told)})" if told else message
