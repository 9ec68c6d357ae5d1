"""What a rehearsal showed that a brewer should know, in sentences."""

from collections.abc import Iterator

from krausen.control.learning.belief import Belief
from krausen.control.learning.chamber import At
from krausen.control.learning.lasting import long_run
from krausen.control.learning.rehearsal import LONGEST_H, Rehearsed, Stage, Trial
from krausen.model.learned import Learned, Standing

MOST = 8
"""So many sentences at most."""
_OFF_C = 0.5
_YOUNG_H = 24.0


def cautions(trial: Trial, belief: Belief, outcome: Rehearsed, names: tuple[str, ...]) -> tuple[str, ...]:
    """Say what is beyond the chamber; `names` are those of the stages, as "Step 3"."""
    said = dict(_of_ways(trial, belief, outcome, names)) | dict(_of_ends(trial, belief, outcome, names))
    found = [
        said[place] for place in sorted(said) if place - 1 not in said or not _goes_on(trial.stages, place)
    ]
    if trial.corners[-1][0] > LONGEST_H:
        found.append(f"Only the first {LONGEST_H / 24.0:.0f} days are rehearsed.")
    return tuple(dict.fromkeys(found))[:MOST]


def of_learning(learned: Learned) -> tuple[str, ...]:
    """Say how far what was learned is to be trusted."""
    if learned.standing is Standing.DOUBTFUL:
        return (f"What was learned of this chamber is in doubt. {' '.join(learned.doubts)}".strip(),)
    if learned.standing is Standing.NEW or learned.watched_h < _YOUNG_H:
        return (
            f"Little is known of this chamber yet: it was watched for {_span(learned.watched_h)}. "
            "So much lies between low and high.",
        )
    return ()


def _goes_on(stages: tuple[Stage, ...], place: int) -> bool:
    return stages[place - 1].target_c == stages[place].target_c


def _of_ways(
    trial: Trial, belief: Belief, outcome: Rehearsed, names: tuple[str, ...]
) -> Iterator[tuple[int, str]]:
    for way in outcome.ways:
        stage, name = trial.stages[way.stage], names[way.stage]
        if way.hours is None:
            yield way.stage, _out_of_reach(trial, belief, stage, way.end_c, name)
        elif way.hours > stage.given_h:
            yield (
                way.stage,
                f"{name}: this chamber needs about {_span(way.hours)} from {_c(way.from_c)} to "
                f"{_c(stage.target_c)}; the plan gives it {_span(stage.given_h)}.",
            )
        else:
            yield way.stage, f"{name}: it is not sure that the beer comes to {_c(stage.target_c)} in time."


def _of_ends(
    trial: Trial, belief: Belief, outcome: Rehearsed, names: tuple[str, ...]
) -> Iterator[tuple[int, str]]:
    told = {way.stage for way in outcome.ways}
    for place, (stage, end_c) in enumerate(zip(trial.stages, outcome.ends_c, strict=True)):
        if place not in told and abs(end_c - stage.target_c) > _OFF_C:
            yield place, _out_of_reach(trial, belief, stage, end_c, names[place])


def _out_of_reach(trial: Trial, belief: Belief, stage: Stage, end_c: float, name: str) -> str:
    wanted, room = _c(stage.target_c), f"a room of about {long_run(belief.mean)[At.AMBIENT]:.0f} °C"
    if end_c < stage.target_c and trial.hardware.heat is None:
        return f"Nothing heats here: {wanted} cannot be held in {room} ({name})."
    if end_c > stage.target_c and trial.hardware.cool is None:
        return f"Nothing cools here: {wanted} cannot be held in {room} ({name})."
    return f"{name}: {wanted} is out of reach in {room}; the beer comes to {_c(end_c)}."


def _c(celsius: float) -> str:
    return f"{celsius:.1f} °C"


def _span(hours: float) -> str:
    if hours >= 72.0:
        return f"{hours / 24.0:.1f} days"
    return f"{hours:.0f} h" if hours >= 2.0 else f"{hours * 60.0:.0f} min"
