"""How a test chooses one of several."""

from playwright.sync_api import Page


def choose(page: Page, name: str, *, exact: bool = False) -> None:
    """Choose as a finger does: on the words, once they stand still; the button itself is not to be seen."""
    page.get_by_role("radio", name=name, exact=exact).locator("..").click()
