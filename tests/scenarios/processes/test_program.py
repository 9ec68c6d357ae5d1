from pathlib import Path

from krausen.cli.processes.program import program

PYTHON = "/venv/bin/python"


def test_a_module_is_started_again_as_a_module() -> None:
    whole = ["python", "-m", "krausen", "start", "--port", "1"]
    words = ["/venv/lib/krausen/__main__.py", "start", "--port", "1"]
    assert program(PYTHON, whole, words) == (PYTHON, "-m", "krausen")


def test_options_of_the_interpreter_are_kept() -> None:
    whole = ["python", "-X", "dev", "-m", "krausen"]
    assert program(PYTHON, whole, ["/venv/lib/krausen/__main__.py"]) == (PYTHON, "-X", "dev", "-m", "krausen")


def test_a_script_is_started_again_by_its_path() -> None:
    whole = [PYTHON, "/venv/bin/krausen", "start"]
    assert program(PYTHON, whole, ["/venv/bin/krausen", "start"]) == (PYTHON, "/venv/bin/krausen")


def test_a_script_is_found_from_any_folder() -> None:
    again = program(PYTHON, ["python", "here.py", "up"], ["here.py", "up"])
    assert again == (PYTHON, str(Path("here.py").absolute()))
