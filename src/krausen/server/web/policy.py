"""What a browser may do with our pages (Content Security Policy, level 3)."""

import re
from base64 import b64encode
from hashlib import sha256

NOTHING = "default-src 'none'; frame-ancestors 'none'"
"""For what is no page."""

_INLINE = re.compile(r"<(?P<kind>script|style)(?P<attributes>[^>]*)>(?P<text>.*?)</(?P=kind)>", re.DOTALL)


def policy_of(html: str) -> str:
    """Give the policy of a page: this server alone, and inline only the scripts and styles that are in it."""
    allowed = {"script": ["'self'"], "style": ["'self'"]}
    for part in _INLINE.finditer(html):
        if " src=" not in part["attributes"]:
            allowed[part["kind"]].append(_hash(part["text"]))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src {' '.join(allowed['script'])}",
            f"style-src {' '.join(allowed['style'])}",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
