"""The catalog in the file and the one in memory do the same, whatever is asked of them, and what a brewer expects."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from krausen.errors import KrausenError, NotFound, Stale
from krausen.model.batch import Batch, BatchEvent, BatchState
from krausen.model.journal import JournalEntry
from krausen.model.people import Token, User, UserRole
from krausen.model.setpoint import Answer, AnswerState, Mode, Setpoint
from krausen.model.vessel import Limits, Role, Vessel
from krausen.ports.catalog import Catalog, VesselRecord
from krausen.storage.catalog import SqlCatalog
from krausen.testing.catalog import MemoryCatalog

IDS = st.sampled_from(["a", "b", "c"])
TIMES = st.integers(0, 3)
TEXTS = st.text(max_size=5)
NAMED = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5)
KELVINS = st.floats(-30, 130)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | NAMED,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMED, inner, max_size=3),
    max_leaves=5,
)
SERIES = st.builds(lambda node: ("pi", node, "t"), NAMED)
ENTRIES = st.builds(JournalEntry, at=TIMES, by=NAMED, what=NAMED, id=IDS, action=NAMED, reason=NAMED, detail=NAMED)
WISHES = st.builds(
    Setpoint,
    revision=st.just(1),
    mode=st.sampled_from(Mode),
    value=st.none() | KELVINS,
    profile=st.none() | NAMED,
    reason=NAMED,
    by=NAMED,
    at=TIMES,
)
