import pytest

from krausen.errors import Forbidden, Invalid, NotFound, OperatorNeeded, StorageAway, Throttled
from krausen.ports.door import RETRY_S, status_of

SOON = {"retry-after": str(RETRY_S)}


@pytest.mark.parametrize(
    ("failure", "status", "headers"),
    [
        (Forbidden("no"), 403, {}),
        (Throttled("slowly", 7), 429, {"retry-after": "7"}),
        (StorageAway("full"), 503, SOON),
        (OperatorNeeded("a cable"), 503, SOON),
        (Invalid("nonsense"), 418, {}),
        (NotFound("nobody"), 418, {}),
        (ValueError(), 418, {}),
    ],
    ids=lambda case: type(case).__name__ if isinstance(case, Exception) else "",
)
def test_a_guest_learns_whose_fault_it_was_and_when_to_come_again(
    failure: Exception, status: int, headers: dict[str, str]
) -> None:
    assert status_of(failure, usual=418) == (status, headers)
