"""What an adapter may send, and which of its values can be true."""

from msgspec import Struct

from krausen.model.reading import Quality
from krausen.ports.catalog import Adapter, Policy

Bounds = tuple[float, float]


class Agreement(Struct, frozen=True, kw_only=True):
    """The nodes and metrics that an adapter may send, None for any, and the bounds of its metrics."""

    nodes: frozenset[str] | None = None
    metrics: frozenset[str] | None = None
    bounds: dict[str, Bounds] = {}

    def takes_node(self, node: str) -> bool:
        """Tell whether readings of a node are taken."""
        return self.nodes is None or node in self.nodes

    def takes_metric(self, metric: str) -> bool:
        """Tell whether readings of a metric are taken."""
        return self.metrics is None or metric in self.metrics


ANYTHING = Agreement()
"""The agreement with an adapter that nobody has arranged."""


def agreement_with(adapter: Adapter) -> Agreement:
    """Give what was agreed. Of an open adapter that is only the bounds: the rest is known at first sight."""
    is_agreed = adapter.policy is Policy.AGREED
    return Agreement(
        nodes=frozenset(node.name for node in adapter.nodes if node.agreed) if is_agreed else None,
        metrics=frozenset(one.name for one in adapter.metrics if one.agreed) if is_agreed else None,
        bounds={
            one.name: (
                float("-inf") if one.min is None else one.min,
                float("inf") if one.max is None else one.max,
            )
            for one in adapter.metrics
            if one.min is not None or one.max is not None
        },
    )


def quality_of(value: float, bounds: Bounds | None) -> Quality:
    """Give the quality of a value; beyond the bounds it is bad: kept, and never averaged or used."""
    return Quality.GOOD if bounds is None or bounds[0] <= value <= bounds[1] else Quality.BAD
