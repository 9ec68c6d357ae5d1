"""What is told of the pages of a test that failed."""

from playwright.sync_api import Error, Page, Request

MOST = 4000
"""Characters of what one page shows, or of its troubles."""


def text_of(page: Page) -> str:
    """Give what a page shows."""
    try:
        return page.locator("body").inner_text(timeout=2000)[:MOST]
    except Error as failure:
        return f"nothing to read: {failure}"


def troubles_of(page: Page) -> str:
    """Give what the console of a page said, what nothing caught, and which of its last requests failed."""
    try:
        said = [f"console, {one.type}: {one.text}" for one in page.console_messages()]
        thrown = [f"not caught: {error}" for error in page.page_errors()]
        asked = [line for request in page.requests() if (line := _trouble_of(request))]
    except Error as failure:
        return f"nothing to read: {failure}"
    return "\n".join([*said, *thrown, *asked])[-MOST:]


def _trouble_of(request: Request) -> str:
    """Tell how a request failed; nothing of one that was answered well."""
    answer = request.existing_response
    if answer is not None and answer.status >= 400:
        outcome = f"answered {answer.status}"
    else:
        outcome = request.failure or ("" if answer else "not answered as yet")
    return outcome and f"{request.method} {request.url}: {outcome}"
