"""Which operation a method and raw path mean."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import unquote

from novadoc.local._refusal import Refusal
from novadoc.local._rest._shapes import Operation, load_operations

__all__ = ["Route", "Routes", "bedrock_routes"]

_LABEL = re.compile(r"(\{[^}]+\})")


@dataclass(frozen=True)
class Route:
    """An operation of a service, and the pattern its paths have."""

    service: str
    operation: Operation
    pattern: re.Pattern[str]
    rank: tuple[int, int]
    """Fixed paths before paths with labels, long ones before short ones."""


def _compile(uri: str) -> re.Pattern[str]:
    parts = (
        f"(?P<{part[1:-1].rstrip('+')}>{'.+' if part.endswith('+}') else '[^/]+'})"
        if part.startswith("{")
        else re.escape(part)
        for part in _LABEL.split(uri)
        if part
    )
    return re.compile("".join(parts) + "/?")


def _route(service: str, operation: Operation) -> Route:
    uri = str(operation.http["requestUri"]).partition("?")[0]
    return Route(service, operation, _compile(uri), (uri.count("{"), -len(uri)))


class Routes:
    """All operations of some services in one table.

    The raw path is matched and labels are unquoted afterwards, because ARNs arrive with `%2F`
    inside a label.

    Example:
        >>> route, labels = Routes("bedrock").match("GET", "/custom-models/my-model")
        >>> route.operation.name, labels
        ('GetCustomModel', {'modelIdentifier': 'my-model'})
    """

    def __init__(self, *services: str) -> None:
        routes = [
            _route(service, operation)
            for service in services
            for operation in load_operations(service)
        ]
        self._by_name = {route.operation.name: route for route in routes}
        self._by_method: dict[str, list[Route]] = {}
        self._matched = lru_cache(maxsize=1_000)(self._search)
        for route in sorted(routes, key=lambda route: route.rank):
            self._by_method.setdefault(str(route.operation.http["method"]), []).append(route)

    def __iter__(self) -> Iterator[Route]:
        return iter(self._by_name.values())

    @property
    def names(self) -> Collection[str]:
        """The names of all operations."""
        return self._by_name.keys()

    def __getitem__(self, name: str) -> Route:
        return self._by_name[name]

    def match(self, method: str, raw_path: str) -> tuple[Route, dict[str, str]]:
        """Return the route and its unquoted path labels.

        Raises:
            Refusal: No operation has this method and path (404, as the service answers).
        """
        found = self._matched(method, raw_path)
        if found is None:
            raise Refusal("UnknownOperationException", "No such operation.", 404)
        route, labels = found
        return route, dict(labels)

    def _search(self, method: str, raw_path: str) -> tuple[Route, dict[str, str]] | None:
        for route in self._by_method.get(method, ()):
            found = route.pattern.fullmatch(raw_path)
            if found:
                labels = {name: unquote(text) for name, text in found.groupdict().items()}
                return route, labels
        return None


@cache
def bedrock_routes() -> Routes:
    """Return the routes of Bedrock's control plane and runtime, which share a signing name.

    No method and path mean two things, so one table serves both. It is built once a process.
    """
    return Routes("bedrock", "bedrock-runtime")
