from krausen.ports.target import Place
from krausen.push.brokers import AtBroker


def test_settings_lead_to_their_broker() -> None:
    settings = AtBroker(host="broker.local", port=8883, tls=True, login="me", password="pw")
    broker = settings.broker("krausen-1", ("status", b"offline"))
    assert broker.place == Place(host="broker.local", port=8883, tls=True)
    assert (broker.client, broker.login, broker.password) == ("krausen-1", "me", "pw")
    assert broker.will == ("status", b"offline")


def test_who_leaves_no_will_has_none() -> None:
    assert AtBroker(host="broker.local").broker("krausen-1").will is None
