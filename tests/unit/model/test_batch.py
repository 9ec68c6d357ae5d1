from krausen.model.batch import BatchEvent


def test_an_event_is_told_from_others_by_all_that_it_says() -> None:
    noted = BatchEvent(1, "note", "Pitched.")
    others = [
        BatchEvent(2, "note", "Pitched."),
        BatchEvent(1, "gas", "Pitched."),
        BatchEvent(1, "note", "Hops."),
    ]
    assert noted.id == BatchEvent(1, "note", "Pitched.").id
    assert len({one.id for one in (noted, *others)}) == 4
