"""What the documentation owes to those who run it."""

import re

from krausen.cli import COMMANDS
from tools.checks import ROOT

GUIDE = (ROOT / "docs" / "guides" / "processes.md").read_text()
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text()


def test_the_architecture_has_a_drawing_of_the_parts_and_how_they_connect() -> None:
    drawing = re.search(r"```mermaid\n(.*?)```", ARCHITECTURE, flags=re.DOTALL)
    assert drawing is not None
    parts = dict(re.findall(r"^ *(\w+)\[\"([^\"]+)\"\]", drawing[1], flags=re.MULTILINE))
    assert {"browser", "server", "agent", "manager", "history", "outbox", "devices"} <= parts.keys()
    joined = set(re.findall(r"^ *(\w+) <?-[-.]+>? *(?:\|[^|]*\| *)?(\w+)$", drawing[1], flags=re.MULTILINE))
    assert {("browser", "server"), ("agent", "server"), ("agent", "devices"), ("manager", "agent")} <= joined
    assert {end for pair in joined for end in pair} == parts.keys()


def test_the_guide_points_to_the_manual_of_the_process_manager() -> None:
    assert "[circus](https://circus.readthedocs.io)" in GUIDE


def test_the_guide_tells_how_to_stand_behind_a_reverse_proxy() -> None:
    told = GUIDE.partition("## Behind a reverse proxy")[2].partition("\n## ")[0]
    assert "reverse_proxy 127.0.0.1:8080" in told
    assert "proxy_pass http://127.0.0.1:8080;" in told
    assert "proxy_set_header Upgrade $http_upgrade;" in told
    assert 'proxies = ["127.0.0.1"]' in told


def test_the_guide_names_every_command_about_processes() -> None:
    for word, module in COMMANDS.items():
        if module.startswith("processes.") or word == "service":
            assert f"krausen {word}" in GUIDE or f"`{word}`" in GUIDE


def test_the_settings_tell_where_the_database_is_and_how_to_choose_another() -> None:
    told = (ROOT / "docs" / "reference" / "settings.md").read_text()
    told = told.partition("## Where the data is")[2].partition("\n## ")[0]
    for word in ("`--data DIR`", "`KRAUSEN_DATA`", "`readings.sqlite`", "`catalog.sqlite`"):
        assert word in told


def test_the_guide_for_a_clean_machine_installs_what_a_bare_one_lacks() -> None:
    told = (ROOT / "docs" / "guides" / "install.md").read_text()
    bare = (ROOT / ".ci" / "run").read_text()
    for package in ("python3", "python3-pip", "chromium", "mosquitto"):
        assert package in bare
        assert re.search(rf"apt-get install .*\b{package}\b", told)
    for command in (
        "./run demo",
        "./run start",
        "./run service install --user",
        "./run add2cron",
        "./run test",
    ):
        assert command in told
