"""A conversation finds the answers among whatever comes in, however it is cut and spoilt."""

import asyncio

import pytest

from krausen.drivers.brewpi.conversation import Conversation
from krausen.drivers.brewpi.speaker import Spoilt
from krausen.errors import DeviceLost
from krausen.protocols.brewpi.logs import Log, LogKind
from krausen.protocols.brewpi.messages import Found
from krausen.protocols.brewpi.requests import Alter, Ask, Change, FindHardware
from krausen.protocols.brewpi.temperatures import Temperatures
from krausen.protocols.brewpi.version import Version

UNO = b'N:{"v":"0.2.13","n":"da7e14a9","s":2,"y":0,"b":"s","l":"3"}\r\n'


class Wire:
    """A wire on which a test answers."""

    def __init__(self, *answers: bytes | None) -> None:
        self.said: list[bytes] = []
        self.answers = list(answers)
        self.ear = Conversation()

    def say(self, said: bytes) -> None:
        self.said.append(said)
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            asyncio.get_running_loop().call_soon(self.ear.heard, answer)

    def close(self) -> None:
        pass


async def met(*answers: bytes | None, version: bytes = UNO) -> Wire:
    wire = Wire(version, version)
    await wire.ear.greet(wire)
    wire.answers = list(answers)
    wire.said.clear()
    return wire


async def test_a_board_that_starts_is_asked_until_it_answers() -> None:
    wire = Wire(None, None, b"\xff\x00garbage\r\n", b"N:{broken\r\n", UNO, UNO)
    await wire.ear.greet(wire)
    assert wire.ear.version == Version(
        version="0.2.13", build="da7e14a9", shield=2, letter="s", log_version="3"
    )
    assert len(wire.said) == 6


async def test_stray_bytes_do_not_make_a_stranger_of_a_firmware_that_is_known() -> None:
    wire = Wire(UNO.replace(b"0.2.13", b"0.2\xea\xbb.13"), UNO, UNO.replace(b'"s"', b'"x"'), UNO, UNO)
    await wire.ear.greet(wire)
    assert (wire.ear.version.version, wire.ear.version.letter) == ("0.2.13", "s")
    assert len(wire.said) == 5


async def test_whoever_does_not_say_who_it_is_is_no_controller() -> None:
    wire = Wire()
    with pytest.raises(DeviceLost, match="57600"):
        await wire.ear.greet(wire)


async def test_a_log_line_in_the_middle_of_a_list_is_taken_out_and_told() -> None:
    wire = await met(
        b'h:[D:{"logType":"I","logID":0,"V":[18,"28AA"]}\r\n{"i":-1,"t":0,"c":1,"b":0,"f":0,"h":1,"p":5}]\r\n'
    )
    found = await wire.ear.ask(FindHardware())
    assert isinstance(found, Found)
    assert [one.pin for one in found.devices] == [5]
    assert list(wire.ear.told) == [Log(LogKind.NOTE, 0, (18, "28AA"))]


async def test_what_comes_unasked_is_told_and_is_no_answer_to_something_else() -> None:
    wire = await met(b'T:{"BeerTemp":20.00,"State":0}\r\nC:{"tempFormat":"F"}\r\nL:["a","b","c","d"]\r\n')
    await wire.ear.ask(Ask.SCREEN)
    assert list(wire.ear.told) == [Temperatures(beer_c=20.0)]
    assert wire.ear.unit == "F"


async def test_a_spoilt_answer_is_asked_for_again_at_once() -> None:
    loop = asyncio.get_running_loop()
    good = b'T:{"BeerTemp":20.00,"State":0}\r\n'
    wire = await met(b'T:{"BeerTemp":2\x01\xff0,"State":0}\r\n', b'\x00\x07T:{"Beer,"State":0\r\n', good)
    before_s = loop.time()
    assert await wire.ear.ask(Ask.TEMPERATURES) == Temperatures(beer_c=20.0)
    assert loop.time() - before_s < 0.1


async def test_an_answer_without_its_end_is_not_waited_for_and_spoils_no_other() -> None:
    loop = asyncio.get_running_loop()
    wire = await met(b'T:{"BeerTemp":19.00,"Sta', b'T:{"BeerTemp":20.00,"State":0}\r\n')
    before_s = loop.time()
    assert await wire.ear.ask(Ask.TEMPERATURES) == Temperatures(beer_c=20.0)
    assert loop.time() - before_s < 5.0


async def test_an_answer_may_take_ten_seconds() -> None:
    loop = asyncio.get_running_loop()
    wire = await met()
    loop.call_later(9.5, wire.ear.heard, b'T:{"BeerTemp":20.00,"State":0}\r\n')
    assert await wire.ear.ask(Ask.TEMPERATURES) == Temperatures(beer_c=20.0)
    assert len(wire.said) == 1


async def test_silence_is_a_loss() -> None:
    wire = await met()
    with pytest.raises(DeviceLost, match="20 s"):
        await wire.ear.ask(Ask.TEMPERATURES)


async def test_nothing_but_spoilt_answers_is_a_loss_of_its_own_kind() -> None:
    wire = await met(*[b"T:{spoilt\r\n"] * 20)
    with pytest.raises(Spoilt):
        await wire.ear.ask(Ask.TEMPERATURES)
    assert len(wire.said) == 6


async def test_a_cut_ends_whoever_waits_and_whoever_comes_later() -> None:
    wire = await met()
    asyncio.get_running_loop().call_later(1.0, wire.ear.ended, "The cable was pulled.")
    for _ in range(2):
        with pytest.raises(DeviceLost, match="pulled"):
            await wire.ear.ask(Ask.TEMPERATURES)
    assert wire.ear.woken.is_set()


async def test_an_answer_that_came_just_before_the_cut_counts() -> None:
    wire = await met()

    def last_words() -> None:
        wire.ear.heard(b'T:{"BeerTemp":20.00,"State":0}\r\n')
        wire.ear.ended("The cable was pulled.")

    asyncio.get_running_loop().call_later(1.0, last_words)
    assert await wire.ear.ask(Ask.TEMPERATURES) == Temperatures(beer_c=20.0)
    with pytest.raises(DeviceLost, match="pulled"):
        await wire.ear.ask(Ask.TEMPERATURES)


async def test_requests_go_one_at_a_time() -> None:
    wire = await met()
    first = asyncio.ensure_future(wire.ear.ask(Ask.TEMPERATURES))  # noqa: TID251 two at once are the point
    second = asyncio.ensure_future(wire.ear.ask(Ask.SCREEN))  # noqa: TID251 two at once are the point
    await asyncio.sleep(1.0)
    assert wire.said == [b"t\n"]
    wire.ear.heard(b'T:{"BeerTemp":20.00,"State":0}\r\n')
    await first
    await asyncio.sleep(0.1)
    assert wire.said == [b"t\n", b"l\n"]
    wire.ear.heard(b'L:["a","b","c","d"]\r\n')
    await second


async def test_a_change_is_told_once_and_over_with_the_constants() -> None:
    constants = b'C:{"tempFormat":"C"}\r\n'
    wire = await met(b'S:{"mode":"b"}\r\n' + constants)
    assert await wire.ear.tell(Alter((Change("mode", "b"),))) is None
    assert wire.said == [b'j{"mode":"b"}\n']


async def test_the_unit_of_constants_that_are_not_understood_is_understood() -> None:
    wire = await met(b'C:{"tempFormat":"F","heater1":1}\r\n')
    assert [wire.ear.is_unit_known, await wire.ear.tell(Ask.CONSTANTS), wire.ear.is_unit_known] == [
        False,
        None,
        True,
    ]
    assert wire.ear.unit == "F"


async def test_real_lines_are_taken_as_they_were_meant() -> None:
    wire = await met(
        b'T:{"BeerTemp":null,"BeerSet":null,"BeerAnn":null,"FridgeTemp": 76.55,"FridgeSet": 76.00,'
        b'"FridgeAnn":null,"State":0}\r\n'
    )
    wire.ear.heard(b'C:{"tempFormat":"F"}\r\n')
    told = await wire.ear.ask(Ask.TEMPERATURES)
    assert isinstance(told, Temperatures)
    assert told.fridge_c == pytest.approx(24.75, abs=0.001)
    assert told.fridge_set_c == pytest.approx(24.4444, abs=0.001)
    assert (told.beer_c, told.beer_set_c, told.room_c) == (None, None, None)
