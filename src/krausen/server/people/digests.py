"""Secrets, and what is kept of them."""

from collections.abc import Callable
from hashlib import sha256

Secret = Callable[[], str]
"""Gives fresh text that nobody can guess, at least 128 bits of it, fit for addresses and cookies."""


def digest(secret: str) -> str:
    """Give what is kept of a secret: its SHA-256 in hexadecimal."""
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()


def new_id(letter: str, secret: Secret) -> str:
    """Make an id that was never given before, of a letter for the kind of thing and 80 bits of chance."""
    return f"{letter}-{digest(secret())[:20]}"
