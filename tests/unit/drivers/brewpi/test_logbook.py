from krausen.drivers.brewpi.logbook import AGAIN_S, MOST_REMEMBERED, Logbook
from krausen.ports.controller import Said
from krausen.protocols.brewpi.logs import Log, LogKind, Text
from krausen.protocols.brewpi.parameters import Constants
from krausen.protocols.brewpi.temperatures import Temperatures

LOOSE = Log(LogKind.WARNING, 2, (0, "288B0579A201037A"))


def test_log_lines_are_said_in_words_with_their_level() -> None:
    (said,) = Logbook().lines(LOOSE, "C", 0.0)
    assert said == Said("A temperature probe was lost on pin 0, address 288B0579A201037A.", "warning")


def test_a_loose_probe_is_said_once_a_minute() -> None:
    logbook = Logbook()
    said = [line for second in range(181) for line in logbook.lines(LOOSE, "C", float(second))]
    assert len(said) == 4
    assert AGAIN_S == 60.0


def test_notes_and_sentences_are_said_and_remains_of_lines_are_not() -> None:
    logbook = Logbook()
    note = Temperatures(beer_note="Beer temp set to 18.0 in web interface", fridge_note=None)
    assert [line.text for line in logbook.lines(note, "C", 0.0)] == ["Beer temp set to 18.0 in web interface"]
    for text in ('Invalid command received "q" (0x71)', "Error deserializing JSON data NoMemory"):
        assert logbook.lines(Text(text), "C", 0.0) == (Said(text),)
    for text in (
        'Temp":20.0,"State":0}',
        "BeerT",
        'Set": 19.00,"BeerAnn":null',
        "Beer\x01\x02 temp is set",
        "x" * 300,
    ):
        assert logbook.lines(Text(text), "C", 0.0) == ()
    assert logbook.lines(Constants(), "C", 0.0) == ()


def test_what_is_remembered_has_an_end() -> None:
    logbook = Logbook()
    for number in range(10 * MOST_REMEMBERED):
        assert logbook.lines(Text(f"Sentence number {number}"), "C", 0.0)
    assert logbook.lines(Text("Sentence number 0"), "C", 1.0)
