"""One suite for everything that claims to be a notebook."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krausen.errors import StorageAway
from krausen.ports.notebook import Notebook
from krausen.storage.notebook_file import FileNotebook
from krausen.testing.notebook import MemoryNotebook


@contextmanager
def memory(_: Path) -> Iterator[Notebook]:
    yield MemoryNotebook()


@contextmanager
def file(folder: Path) -> Iterator[FileNotebook]:
    notebook = FileNotebook(folder / "desired.json")
    try:
        yield notebook
    finally:
        notebook.close()


KINDS: dict[str, Callable[[Path], AbstractContextManager[Notebook]]] = {"memory": memory, "file": file}


@pytest.fixture(params=KINDS)
def notebook(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Notebook]:
    with KINDS[request.param](tmp_path) as made:
        yield made


async def test_an_empty_notebook_has_nothing(notebook: Notebook) -> None:
    assert await notebook.read() is None


async def test_an_empty_document_is_a_document(notebook: Notebook) -> None:
    await notebook.write(b"")
    assert await notebook.read() == b""


async def test_what_is_set_aside_is_not_there_any_more_and_makes_room_for_another(notebook: Notebook) -> None:
    await notebook.set_aside()
    await notebook.write(b"first")
    await notebook.set_aside()
    assert await notebook.read() is None
    await notebook.write(b"second")
    await notebook.set_aside()
    await notebook.set_aside()
    assert await notebook.read() is None


def test_what_a_file_had_can_be_found_beside_it(tmp_path: Path) -> None:
    async def used(notebook: FileNotebook) -> None:
        await notebook.write(b"odd")
        await notebook.set_aside()

    with file(tmp_path) as notebook:
        asyncio.run(used(notebook))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"desired.aside": b"odd"}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25)
@given(documents=st.lists(st.binary(max_size=200), max_size=4))
async def test_what_was_written_last_is_read(kind: str, documents: list[bytes]) -> None:
    with TemporaryDirectory() as folder, KINDS[kind](Path(folder)) as notebook:
        for document in documents:
            await notebook.write(document)
            assert await notebook.read() == document


async def test_the_fake_refuses_when_told_to() -> None:
    notebook = MemoryNotebook(b"old")
    notebook.away = "The disk is full."
    with pytest.raises(StorageAway, match="The disk is full"):
        await notebook.read()
    with pytest.raises(StorageAway, match="The disk is full"):
        await notebook.write(b"new")
    with pytest.raises(StorageAway, match="The disk is full"):
        await notebook.set_aside()
    notebook.away = ""
    assert await notebook.read() == b"old"


# ——— in a file ———


async def test_another_process_reads_what_was_written(tmp_path: Path) -> None:
    with file(tmp_path) as notebook:
        await notebook.write(b"mine")
    with file(tmp_path) as notebook:
        assert await notebook.read() == b"mine"


async def test_a_crash_while_writing_leaves_the_old_document(tmp_path: Path) -> None:
    with file(tmp_path) as notebook:
        await notebook.write(b"old")
        (tmp_path / "desired.json.new").write_bytes(b"ha")
        assert await notebook.read() == b"old"
        await notebook.write(b"new")
        assert await notebook.read() == b"new"


async def test_a_disk_that_takes_only_part_of_a_document_keeps_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with file(tmp_path) as notebook:
        await notebook.write(b"old")
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", full)
            with pytest.raises(StorageAway, match=r"desired\.json cannot be written now: No space left"):
                await notebook.write(b"new" * 1000)
        assert await notebook.read() == b"old"
        await notebook.write(b"new")
        assert await notebook.read() == b"new"


async def test_a_folder_that_is_gone_is_said_with_the_name_of_the_file(tmp_path: Path) -> None:
    with file(tmp_path / "gone") as notebook:
        assert await notebook.read() is None
        with pytest.raises(StorageAway, match=r"desired\.json cannot be written now: No such file"):
            await notebook.write(b"new")


async def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "desired.json").mkdir()
    with file(tmp_path) as notebook:
        with pytest.raises(StorageAway, match=r"desired\.json cannot be read now"):
            await notebook.read()
        with pytest.raises(StorageAway, match=r"desired\.json cannot be written now"):
            await notebook.write(b"new")


async def test_what_cannot_be_set_aside_is_said_and_stays(tmp_path: Path) -> None:
    (tmp_path / "desired.aside").mkdir()
    with file(tmp_path) as notebook:
        await notebook.write(b"odd")
        with pytest.raises(StorageAway, match=r"desired\.json cannot be put aside now"):
            await notebook.set_aside()
        assert await notebook.read() == b"odd"


async def test_two_notebooks_in_one_folder_do_not_share_what_is_beside_them(tmp_path: Path) -> None:
    desired, other = FileNotebook(tmp_path / "a.json"), FileNotebook(tmp_path / "a.txt")
    await desired.write(b"one")
    await other.write(b"two")
    assert (await desired.read(), await other.read()) == (b"one", b"two")
    desired.close()
    other.close()
