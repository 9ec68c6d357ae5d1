"""Merge patches (RFC 7396)."""

from collections.abc import Mapping


def merged(target: object, patch: object) -> object:
    """Give a JSON document with a patch merged into it: null removes a member, anything else replaces it."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result
