import pytest
from playwright.sync_api import Browser

from tests.web.telling import text_of, troubles_of
from tests.web.waiting import until

pytestmark = pytest.mark.needs("chromium")

ADDRESS = "http://brewery.test"


def test_of_a_page_is_told_what_it_shows_and_what_went_wrong_in_it(browser: Browser) -> None:
    page = browser.new_page()
    page.route(f"{ADDRESS}/", lambda route: route.fulfill(content_type="text/html", body="<p>Beer"))
    page.route(f"{ADDRESS}/gone", lambda route: route.abort())
    page.route(f"{ADDRESS}/busy", lambda route: route.fulfill(status=503))
    page.route(f"{ADDRESS}/silent", lambda _: None)
    page.route(f"{ADDRESS}/well", lambda route: route.fulfill(body="well"))
    page.goto(f"{ADDRESS}/")
    page.evaluate("""() => {
      console.log('the lid is open')
      setTimeout(() => { throw new Error('it boils over') })
      const paths = ['gone', 'busy', 'silent', 'well']
      for (const path of paths) fetch(path).then((answer) => answer.text()).catch(() => undefined)
    }""")
    wanted = {
        "console, log: the lid is open",
        "not caught: it boils over",
        f"GET {ADDRESS}/gone: net::ERR_FAILED",
        f"GET {ADDRESS}/busy: answered 503",
        f"GET {ADDRESS}/silent: not answered as yet",
    }
    until(page, lambda: wanted <= set(troubles_of(page).splitlines()))
    until(page, lambda: "/well" not in troubles_of(page))
    assert text_of(page) == "Beer"
    page.close()
    assert troubles_of(page).startswith("nothing to read")
