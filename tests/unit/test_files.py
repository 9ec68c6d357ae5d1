import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from krausen.files import beside, keep, replace, replacing


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def refused(_: int) -> None:
    raise OSError(28, "No space left on device")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "wish.json"
    path.write_bytes(b"old")
    return path


def test_a_new_content_takes_the_place_of_the_old_one(file: Path) -> None:
    replace(file, b"new")
    assert file.read_bytes() == b"new"
    assert names(file.parent) == {file.name}


def test_a_file_that_was_not_there_is_made(tmp_path: Path) -> None:
    replace(tmp_path / "first", b"")
    assert (tmp_path / "first").read_bytes() == b""


def test_the_old_content_is_there_until_the_new_one_is_whole(file: Path) -> None:
    with replacing(file, beside(file)) as part:
        part.write(b"n")
        part.flush()
        assert file.read_bytes() == b"old"
        assert beside(file).read_bytes() == b"n"
    assert file.read_bytes() == b"n"


def test_what_a_crash_has_left_is_in_nobodys_way(file: Path) -> None:
    beside(file).write_bytes(b"half of something longer")
    replace(file, b"new")
    assert file.read_bytes() == b"new"
    assert names(file.parent) == {file.name}


@pytest.mark.parametrize("lasting", [True, False])
def test_a_full_disk_leaves_the_old_content_and_nothing_besides(
    *, lasting: bool, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(_: Path, __: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((os, "fsync", refused) if lasting else (Path, "replace", short)))
    with pytest.raises(OSError, match="No space left"):
        replace(file, b"new", lasting=lasting)
    assert file.read_bytes() == b"old"
    assert names(file.parent) == {file.name}


def test_who_fails_while_writing_leaves_the_old_content(file: Path) -> None:
    def spill() -> None:
        with replacing(file, beside(file)) as part:
            part.write(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        spill()
    assert file.read_bytes() == b"old"
    assert names(file.parent) == {file.name}


def test_a_secret_is_for_this_user_alone_at_every_moment(file: Path) -> None:
    file.chmod(0o644)
    beside(file).write_bytes(b"half")
    beside(file).chmod(0o666)
    with replacing(file, beside(file), secret=True) as part:
        assert mode(beside(file)) == 0o600
        part.write(b"secret")
    assert mode(file) == 0o600


def test_what_is_no_secret_may_be_read_as_the_system_has_it(file: Path) -> None:
    before = os.umask(0o027)
    try:
        replace(file, b"new")
    finally:
        os.umask(before)
    assert mode(file) == 0o640


def test_what_lasts_is_on_the_disk_before_it_takes_its_place_and_its_name_after(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[bool, bytes]] = []

    def spy(sync: Callable[[int], None]) -> Callable[[int], None]:
        def watched(handle: int) -> None:
            seen.append((stat.S_ISDIR(os.fstat(handle).st_mode), file.read_bytes()))
            sync(handle)

        return watched

    monkeypatch.setattr(os, "fsync", spy(os.fsync))
    replace(file, b"new")
    assert seen == [(False, b"old"), (True, b"new")]
    replace(file, b"fleeting", lasting=False)
    assert len(seen) == 2


def test_two_files_do_not_share_what_is_beside_them(tmp_path: Path) -> None:
    assert beside(tmp_path / "a.json") != beside(tmp_path / "a.toml")


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        replace(tmp_path / "gone" / "file", b"")
    with pytest.raises(FileNotFoundError):
        keep(tmp_path / "gone")


def test_a_folder_in_the_way_is_told_and_stays(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(IsADirectoryError):
        replace(tmp_path / "file", b"")
    assert names(tmp_path) == {"file"}
