import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web import plant
from tests.web.choosing import choose
from tests.web.newcomer import PASSWORD, NewServer, sign_in, visitor
from tests.web.plant import RunningPlant, page_on, plant_in, sideways
from tests.web.waiting import settled, shown

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlant]:
    yield from plant_in(tmp_path_factory.mktemp("people") / "server")


@pytest.fixture
def anna(browser: Browser, server: RunningPlant) -> Page:
    """The page of the first admin, at the list of people."""
    return page_on(browser, server, "/settings/people")


def set_up(page: Page) -> None:
    page.get_by_label("Your name").fill("Anna Andersen")
    expect(page.get_by_label("Login")).to_have_value("anna")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make the first admin").click()
    page.get_by_role("button", name="Keep and go on").click()
    page.get_by_role("link", name="Open Krausen").click()
    expect(page.get_by_role("button", name=re.compile("Anna Andersen"))).to_be_visible()


def at(page: Page, server: RunningPlant, path: str) -> Page:
    page.goto(f"{server.url}{path}")
    shown(page)
    return page


def add(page: Page, name: str, login: str, role: str) -> None:
    page.get_by_role("button", name="Add a person").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Login").fill(login)
    dialog.get_by_label("Role").select_option(role)
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name=f"Add {name}").click()
    expect(page.get_by_role("rowheader", name=name)).to_be_visible()


def test_the_printed_address_leads_through_three_steps_into_the_house(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    server = NewServer(tmp_path_factory.mktemp("new"))
    server.start()
    page = visitor(browser, f"{server.elsewhere}/#setup={server.code}", width=390)
    page.get_by_label("Your name").fill("Anna Andersen")
    assert server.code not in page.url
    page.get_by_label("Password", exact=True).fill("anna1234")
    expect(page.get_by_text("Easy to guess: it is in your name.")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    expect(page.get_by_text("Very good.")).to_be_visible()
    page.get_by_role("button", name="Make the first admin").click()
    page.get_by_label("What is this place called?").fill("Harbour Street")
    page.reload()
    page.get_by_label("What is this place called?").fill("Harbour Street")
    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    page.get_by_role("button", name="Keep and go on").click()
    page.get_by_label("Name of the agent").fill("cellar-pi")
    page.get_by_role("button", name="Make the command").click()
    expect(
        page.get_by_text(re.compile(r"krausen agent cellar-pi --server http\S+ --token krs_"))
    ).to_be_visible()
    expect(page.get_by_role("list", name="Agents")).to_contain_text("cellar-pi")
    page.get_by_role("link", name="Open Krausen").click()
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(page.get_by_role("navigation", name="Main").get_by_text("Harbour Street")).to_be_visible()
    page.goto(f"{server.elsewhere}/setup")
    expect(page).to_have_url(f"{server.elsewhere}/")
    page.context.close()
    server.stop()


def test_without_the_code_one_is_told_where_it_is(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    server = NewServer(tmp_path_factory.mktemp("closed"))
    server.start()
    page = visitor(browser, server.elsewhere)
    expect(page.get_by_text("The code is missing")).to_be_visible()
    expect(page.get_by_text("krausen logs server")).to_be_visible()
    page.get_by_label("Code").fill("guessed")
    page.get_by_role("button", name="Use this code").click()
    page.get_by_label("Your name").fill("Mallory")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make the first admin").click()
    expect(page.get_by_role("alert")).to_contain_text("This code does not fit")
    page.get_by_role("button", name="Write another code").click()
    page.get_by_label("Code").fill(f"{server.url}/#setup={server.code}")
    page.get_by_role("button", name="Use this code").click()
    set_up(page)
    page.context.close()
    server.stop()


def test_people_are_added_changed_and_removed_by_holding(anna: Page) -> None:
    add(anna, "Cleo", "cleo", "viewer")
    anna.get_by_role("button", name="Change Cleo").click()
    dialog = anna.get_by_role("dialog")
    dialog.get_by_label("Login").fill("anna")
    dialog.get_by_role("button", name="Keep changes").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_label("Login").fill("cleo")
    dialog.get_by_label("Role").select_option("brewer")
    dialog.get_by_role("button", name="Keep changes").click()
    row = anna.get_by_role("row").filter(has=anna.get_by_role("rowheader", name="Cleo"))
    expect(row).to_contain_text("brewer")
    anna.get_by_role("button", name="Remove Cleo").click()
    hold = anna.get_by_role("button", name="Hold to remove Cleo")
    expect(anna.get_by_role("button", name="Keep this person")).to_be_focused()
    hold.dispatch_event("pointerdown", {"button": 0})
    expect(row).to_have_count(0)
    expect(anna.get_by_role("dialog")).to_have_count(0)


def test_the_last_admin_stays_and_the_server_says_why(anna: Page) -> None:
    anna.get_by_role("button", name="Remove Anna Andersen").click()
    anna.get_by_role("button", name="Hold to remove Anna Andersen").press("Enter")
    anna.get_by_label("Type “Anna Andersen” to go on").fill("anna andersen")
    anna.get_by_label("Type “Anna Andersen” to go on").press("Enter")
    expect(anna.get_by_role("alert")).to_contain_text("is the last admin")
    anna.get_by_role("button", name="Keep this person").click()
    expect(anna.get_by_role("rowheader", name="Anna Andersen")).to_be_visible()


def test_a_token_is_shown_once_and_revoked(anna: Page) -> None:
    anna.get_by_role("button", name="Make a token").click()
    dialog = anna.get_by_role("dialog")
    dialog.get_by_label("Title").fill("porch logger")
    dialog.get_by_label("Adapters").fill("porch")
    dialog.get_by_label("Expires").fill("2001-01-01")
    dialog.get_by_role("button", name="Make the token").click()
    expect(dialog.get_by_text("A token expires in the future.")).to_be_visible()
    dialog.get_by_label("Expires").fill("")
    dialog.get_by_role("button", name="Make the token").click()
    expect(dialog.get_by_text(re.compile("^krs_"))).to_be_visible()
    dialog.get_by_role("button", name="Done").click()
    expect(anna.get_by_text(re.compile("^krs_"))).to_have_count(0)
    row = anna.get_by_role("row").filter(has=anna.get_by_role("rowheader", name="porch logger"))
    expect(row).to_contain_text("never")
    row.get_by_role("button").click()
    anna.get_by_role("button", name="Hold to revoke porch logger").press("Enter")
    anna.get_by_label("Type “porch logger” to go on").fill("porch logger")
    anna.get_by_role("button", name="Revoke porch logger", exact=True).last.click()
    expect(row).to_have_count(0)


def test_who_is_signed_out_elsewhere_comes_back_to_where_they_were(
    anna: Page, browser: Browser, server: RunningPlant
) -> None:
    add(anna, "Ben", "ben", "brewer")
    ben = sign_in(browser, f"{server.url}/data?filter=porch", "ben")
    expect(ben.get_by_role("heading", level=1)).to_have_text("Data")
    anna.get_by_role("button", name="Change Ben").click()
    dialog = anna.get_by_role("dialog")
    dialog.get_by_label("New password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Keep changes").click()
    expect(dialog).to_have_count(0)
    expect(ben.get_by_text("You were signed out.")).to_be_visible()
    ben.get_by_label("Name").fill("ben")
    ben.get_by_label("Password", exact=True).fill(PASSWORD)
    ben.get_by_role("button", name="Sign in").click()
    expect(ben).to_have_url(f"{server.url}/data?filter=porch")
    ben.context.close()


def test_an_admin_who_changes_their_own_password_stays(anna: Page) -> None:
    anna.get_by_role("button", name="Change Anna Andersen").click()
    dialog = anna.get_by_role("dialog")
    dialog.get_by_label("New password", exact=True).fill(plant.PASSWORD)
    dialog.get_by_role("button", name="Keep changes").click()
    expect(dialog).to_have_count(0)
    anna.reload()
    expect(anna.get_by_role("rowheader", name="Anna Andersen")).to_be_visible()


def test_who_is_no_admin_sees_their_own_settings_alone(
    anna: Page, browser: Browser, server: RunningPlant
) -> None:
    add(anna, "Vic", "vic", "viewer")
    vic = sign_in(browser, f"{server.url}/settings", "vic")
    expect(vic.get_by_role("heading", name="Me")).to_be_visible()
    expect(vic.get_by_role("heading", name="Site")).to_have_count(0)
    expect(vic.get_by_role("link", name=re.compile("People"))).to_have_count(0)
    at(vic, server, "/settings/people")
    expect(vic.get_by_text("Only an admin can open this page.")).to_be_visible()
    at(vic, server, "/settings/journal")
    expect(vic.get_by_text("Only an admin can open this page.")).to_be_visible()
    vic.context.close()


@pytest.mark.parametrize("width", [320, 360, 390, 768])
def test_nothing_scrolls_sideways(anna: Page, server: RunningPlant, width: int) -> None:
    anna.set_viewport_size({"width": width, "height": 800})
    for path in ("/settings/people", "/settings/journal", "/settings"):
        at(anna, server, path)
        settled(anna)
        assert sideways(anna) <= 0, path


def test_everybody_changes_their_own_password_and_what_is_wrong_stands_at_its_field(
    browser: Browser, anna: Page, server: RunningPlant
) -> None:
    add(anna, "Dana", "dana", "viewer")
    page = sign_in(browser, f"{server.url}/settings", "dana")
    page.get_by_role("button", name="Change password").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Present password").fill("not this one")
    dialog.get_by_label("New password").fill("four calm hops sing")
    dialog.get_by_role("button", name="Change it").click()
    expect(dialog.get_by_role("alert")).to_have_text("This is not your present password.")
    dialog.get_by_label("Present password").fill(PASSWORD)
    dialog.get_by_label("New password").fill("short")
    dialog.get_by_role("button", name="Change it").click()
    expect(dialog.get_by_role("alert")).to_contain_text("8 to 1000 characters")
    dialog.get_by_label("New password").fill("four calm hops sing")
    dialog.get_by_role("button", name="Change it").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("It was changed.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    row = anna.get_by_role("row").filter(has=anna.get_by_role("rowheader", name="Dana"))
    anna.reload()
    expect(row).to_contain_text(re.compile(r"\d\d:\d\d"))
    page.context.close()


def test_what_a_viewer_likes_goes_along_to_other_screens(
    browser: Browser, anna: Page, server: RunningPlant
) -> None:
    add(anna, "Lou", "lou", "viewer")
    page = sign_in(browser, f"{server.url}/settings", "lou")
    choose(page, "°F")
    expect(page.get_by_role("group", name="Temperature: °F")).to_be_visible()
    page.context.close()
    other = sign_in(browser, f"{server.url}/settings", "lou")
    expect(other.get_by_role("radio", name="°F")).to_be_checked()
    other.context.close()


def test_the_journal_shows_what_is_asked_for_and_the_address_says_so(
    anna: Page, server: RunningPlant
) -> None:
    add(anna, "Kim", "kim", "brewer")
    at(anna, server, "/settings/journal")
    lines = anna.get_by_role("main").get_by_role("listitem")
    expect(lines.filter(has_text="the person Kim")).to_be_visible()
    anna.get_by_label("What").select_option("Settings")
    expect(lines.filter(has_text="the person Kim")).to_have_count(0)
    anna.get_by_label("What").select_option("People")
    anna.get_by_label("Changed by").select_option("Anna Andersen")
    expect(anna).to_have_url(f"{server.url}/settings/journal?what=user&by=anna")
    anna.reload()
    expect(lines.filter(has_text="the person Kim")).to_be_visible()
    anna.get_by_label("Changed by").select_option("Kim")
    expect(anna.get_by_role("heading", name="No such change")).to_be_visible()
    anna.get_by_role("button", name="Show every change").click()
    expect(anna).to_have_url(f"{server.url}/settings/journal")
    expect(lines.filter(has_text="the person Kim")).to_be_visible()
