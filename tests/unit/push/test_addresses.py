from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.push.addresses import is_barred

LINK = st.integers(0, 0xFFFF).map(lambda low: IPv4Address(0xA9FE_0000 | low))


@pytest.mark.parametrize(
    "address",
    [
        *("169.254.169.254", "0.0.0.0", "224.0.0.1", "100.100.100.200", "168.63.129.16"),  # noqa: S104 refused
        *("fe80::1", "::", "ff02::1", "fd00:ec2::254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe"),
    ],
)
def test_nothing_is_sent_where_machines_are_told_secrets(address: str) -> None:
    assert is_barred(ip_address(address))


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "192.168.1.5", "10.0.0.1", "93.184.216.34", "::1", "fd00::5"]
)
def test_this_machine_and_the_house_and_the_world_may_be_spoken_to(address: str) -> None:
    assert not is_barred(ip_address(address))


@given(LINK)
def test_no_spelling_lets_an_address_of_the_link_through(address: IPv4Address) -> None:
    low = int(address)
    for spelled in (low | 0xFFFF << 32, 0x64_FF9B << 96 | low, 0x2002 << 112 | low << 80):
        assert is_barred(IPv6Address(spelled))
    assert is_barred(address)
