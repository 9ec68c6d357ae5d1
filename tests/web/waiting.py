"""What a test waits for before it looks at a page as a whole."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.web.conftest import WAIT_MS

LOOK_MS = 100
FRAMES = 10
STANDS_STILL = """(frames) => {
  const content = document.querySelector('#content')
  const all = [...content?.querySelectorAll('*') ?? []]
  const isGrey = all.some((one) => one.ariaBusy === 'true' && one.checkVisibility())
  const isThere = content?.querySelector('h1:not(.heard)') && !isGrey
  const look = isThere && [all.length, content.scrollWidth, content.scrollHeight].join()
  const before = window.looked
  window.looked = { look, frames: look && look === before?.look ? before.frames + 1 : 0 }
  return window.looked.frames >= frames
}"""


def shown(page: Page) -> None:
    """Wait until a page has its heading; the one that is only heard is of a page still on its way."""
    page.locator("#content h1:not(.heard)").wait_for()


def settled(page: Page) -> None:
    """Wait until a page shows what it is of: no grey shape is left, and for some frames it looks alike."""
    page.wait_for_function(STANDS_STILL, arg=FRAMES)


def until(page: Page, condition: Callable[[], bool]) -> None:
    """Wait until something is true that a page does not show."""
    for _ in range(WAIT_MS // LOOK_MS):
        if condition():
            return
        page.wait_for_timeout(LOOK_MS)
    raise AssertionError("It never came to that.")
