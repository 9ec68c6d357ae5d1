"""Templates of JSON and of text in which placeholders such as {{vessel.beer}} stand for values.

A template of JSON is JSON itself, with placeholders in its strings. A string that is nothing but a
placeholder becomes the value that it names, a number where that is one, and is left out together with its
key where it is unknown. Nothing is computed and nothing is run: a placeholder is a name and no more.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

import msgspec
from msgspec import UNSET

Scalar = str | float | bool | None
"""What a placeholder may stand for; None is unknown."""

DEEPEST = 16
"""So deep may lists and objects lie in each other."""

_PLACEHOLDER: Final = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


def check(template: str, names: Collection[str]) -> None:
    """Raise ValueError, in plain words, unless every placeholder of a text is one of `names`."""
    for found in _PLACEHOLDER.finditer(template):
        name = found[1].strip()
        if name not in names:
            near = get_close_matches(name, names, n=3)
            known = near or sorted(names)
            raise ValueError(f"There is no {{{{{name}}}}}. There is {_listed(known)}.")
    if "{{" in _PLACEHOLDER.sub("", template):
        raise ValueError("A placeholder is opened with {{ and never closed: write it like {{name}}.")


def check_json(template: str, names: Collection[str]) -> None:
    """Raise ValueError, in plain words, unless a template is JSON and its placeholders are of `names`."""
    try:
        for text in _texts(msgspec.json.decode(template), DEEPEST):
            check(text, names)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(f"The body is no JSON ({error}). Placeholders stand between quotes too.") from error


def filled(template: str, values: Mapping[str, Scalar], quoted: Callable[[str], str] = str) -> str:
    """Give a text with its placeholders replaced, each written out and `quoted`; what is unknown is ''."""
    return _PLACEHOLDER.sub(lambda found: quoted(_written(values[found[1].strip()])), template)


def filled_json(template: str, values: Mapping[str, Scalar]) -> bytes:
    """Give the JSON of a template that was checked, with its placeholders replaced."""
    tree = _tree(msgspec.json.decode(template), values)
    return msgspec.json.encode({} if tree is UNSET else tree)


def _tree(tree: Any, values: Mapping[str, Scalar]) -> Any:
    """Give what becomes of a part of a template; UNSET if it is unknown."""
    if isinstance(tree, dict):
        parts = {filled(name, values): _tree(part, values) for name, part in tree.items()}
        return {name: part for name, part in parts.items() if part is not UNSET}
    if isinstance(tree, list):
        return [part for part in (_tree(part, values) for part in tree) if part is not UNSET]
    return _leaf(tree, values) if isinstance(tree, str) else tree


def _leaf(text: str, values: Mapping[str, Scalar]) -> object:
    alone = _PLACEHOLDER.fullmatch(text)
    if alone is None or "{{" in alone[1]:
        return filled(text, values)
    value = values[alone[1].strip()]
    return UNSET if value is None else value


def _texts(tree: Any, deep: int) -> Iterator[str]:
    if deep == 0:
        raise ValueError(f"The body is too deep: more than {DEEPEST} lists or objects lie in each other.")
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict | list):
        yield from tree if isinstance(tree, dict) else ()
        for part in tree.values() if isinstance(tree, dict) else tree:
            yield from _texts(part, deep - 1)


def _written(value: Scalar) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else f"{value:.10g}"


def _listed(names: Collection[str]) -> str:
    return ", ".join(f"{{{{{name}}}}}" for name in names)
