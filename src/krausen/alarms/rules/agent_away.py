"""An agent has not been heard of for longer than a restart takes."""

from typing import Annotated

from msgspec import Meta, Struct

from krausen.alarms.delays import Timing
from krausen.alarms.rule import ALL_WELL, AgentWindow, Rule, Scope, Verdict
from krausen.alarms.wording import listed, span


class Settings(Struct, frozen=True, kw_only=True):
    """How long an agent may be away."""

    least_min: Annotated[float, Meta(title="Minutes", ge=1.0, le=10_000.0)] = 10.0


def judge(settings: Settings, window: AgentWindow) -> Verdict | None:
    """Say by how many seconds an agent that holds a vessel has been away for too long."""
    if window.away_since is None or not window.vessels:
        return ALL_WELL
    away_s, most_s = (window.now - window.away_since) / 1000, 60 * settings.least_min + window.late_s
    if away_s <= most_s:
        return Verdict(excess=away_s - most_s)
    if (window.now - window.listening_since) / 1000 <= most_s:
        return None
    holds = listed(list(window.vessels))
    return Verdict(
        excess=away_s - most_s,
        title=f"Agent {window.name} away for {span(away_s)}",
        detail=f"Nothing new is known of {holds}. Agents are built to go on controlling by themselves.",
        do="See that its computer has power and reaches this server.",
        since=window.away_since,
    )


RULE = Rule(
    name="agent_away",
    title="Agent away",
    scope=Scope.AGENT,
    settings=Settings,
    judge=judge,
    timing=Timing(on_delay_s=60.0, off_delay_s=60.0),
)
