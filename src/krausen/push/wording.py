"""What broke on the way to a service, in plain words."""

import errno
import ssl
from collections.abc import Iterator

_WHY = {
    errno.ECONNREFUSED: "nothing listens there",
    errno.ECONNRESET: "the other side hung up",
    errno.EPIPE: "the other side hung up",
    errno.EHOSTUNREACH: "there is no way there",
    errno.ENETUNREACH: "there is no network",
}


def why(error: BaseException) -> str:
    """Say why a connection failed, as far as the error, or what it was raised from, tells."""
    origin = next((one for one in reversed(list(_chain(error))) if isinstance(one, OSError)), error)
    if isinstance(origin, ssl.SSLCertVerificationError):
        return f"its certificate does not hold ({origin.verify_message})"
    if isinstance(origin, ssl.SSLError):
        return f"it does not speak TLS as we do ({origin.reason or origin})"
    if isinstance(origin, TimeoutError):
        return "nobody answered in time"
    if isinstance(origin, OSError) and origin.errno in _WHY:
        return _WHY[origin.errno]
    return str(origin).rstrip(".") or type(origin).__name__


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Give an error and all that it was raised from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
