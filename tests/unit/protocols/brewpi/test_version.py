import pytest

from krausen.errors import Invalid
from krausen.protocols.brewpi.version import Version, decode


@pytest.mark.parametrize("body", ["0.1.0", " 0.2.10\r", "0.4"])
def test_an_early_firmware_says_its_version_and_nothing_else(body: str) -> None:
    assert decode(body) == Version(version=body.strip())


@pytest.mark.parametrize("body", ["", "1", "0.1.", "0.1 beta"])
def test_what_is_neither_a_version_nor_an_object_is_refused(body: str) -> None:
    with pytest.raises(Invalid):
        decode(body)
