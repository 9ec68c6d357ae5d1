"""Finds one-file extensions in a package and in entry points. Built-in and foreign ones use the same door.

An extension is a module with one constant, named after its family, whose `name` is the module's own name.
"""

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pkgutil import iter_modules
from types import ModuleType
from typing import Protocol, TypeVar

from krausen.errors import Defect


class Named(Protocol):
    """Anything that bears a name."""

    @property
    def name(self) -> str:
        """The name it is addressed by."""


N = TypeVar("N", bound=Named)


def discover(package: ModuleType, constant: str, kind: type[N]) -> dict[str, N]:
    """Give every extension of a family by name: modules of `package`, then entry points of group `package`.

    Raises Defect, with the place, for one that cannot be loaded, lacks its constant, or has a false name or
    one that is taken.
    """
    found: dict[str, N] = {}
    for module in iter_modules(package.__path__):
        path = f"{package.__name__}.{module.name}"
        _add(found, _constant(import_module(path), constant, kind, path), module.name, path)
    for point in entry_points(group=package.__name__):
        path = point.value
        _add(found, _checked(_loaded(point), constant, kind, path), point.name, path)
    return found


def _constant(module: ModuleType, constant: str, kind: type[N], path: str) -> N:
    return _checked(getattr(module, constant, None), constant, kind, path)


def _loaded(point: EntryPoint) -> object:
    try:
        loaded: object = point.load()
    except (ImportError, AttributeError) as error:
        raise Defect(f"{point.value} cannot be loaded: {error}. Mend it, or uninstall it.") from error
    return loaded


def _checked(value: object, constant: str, kind: type[N], path: str) -> N:
    if not isinstance(value, kind):
        raise Defect(f"{path} has no constant {constant} of type {kind.__name__}.")
    return value


def _add(found: dict[str, N], extension: N, name: str, path: str) -> None:
    if extension.name != name:
        raise Defect(f"{path} calls itself {extension.name!r}; file and name must agree.")
    if name in found:
        raise Defect(f"{path} takes the name {name!r}, which another extension already bears.")
    found[name] = extension
