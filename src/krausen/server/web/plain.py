"""Pages without scripts, for browsers and days that have none."""

from litestar import MediaType, Response

from krausen.server.web.policy import policy_of

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem; }
h2 { margin-top: 2.5rem; }
details { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding-block: .5rem; }
summary { cursor: pointer; }
code { font: .9em ui-monospace, monospace; }
p code, summary code { overflow-wrap: anywhere; }
table { border-collapse: collapse; margin-block: .5rem 1rem; }
caption { font-weight: 600; text-align: start; }
th, td { padding: .25rem 1.5rem .25rem 0; text-align: start; vertical-align: top; }
"""


def plain(title: str, body: str) -> Response[str]:
    """Give a page with this title and, as HTML, this body."""
    html = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
    headers = {"content-security-policy": policy_of(html), "cache-control": "no-cache"}
    return Response(html, media_type=MediaType.HTML, headers=headers)
