"""The page at the root: what this address is, for whoever looks for the page that was here."""

from html import escape

from krausen.ports.door import Answer, Exchange

PAGE = "/app.html"
HTML = "text/html; charset=utf-8"
_TEXT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Krausen speaks maelstrom</title>
<h1>Krausen speaks maelstrom</h1>
<p>At this address Krausen answers programs that were written for maelstrom: its page, its BrewPi bridge and
what else uses its REST calls, <code>/publish</code> and the WebSocket at <code>/socket</code>. The page of
maelstrom itself is not part of Krausen.</p>
<p>Temperatures are in °{unit}.</p>
<p><a href="{home}">Open Krausen</a></p>
</html>
"""


def redirect() -> Answer:
    """Lead from the root to the page."""
    return Answer(status=302, headers={"location": PAGE})


def page(request: Exchange, unit: str, port: int) -> Answer:
    """Say what this is, with a link to this machine's page at a port."""
    host = request.headers.get("host", "localhost")
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    body = _TEXT.format(unit=unit, home=escape(f"http://{name}:{port}/"))
    return Answer(body=body.encode(), media_type=HTML)
