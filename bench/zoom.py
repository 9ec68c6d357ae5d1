"""Frames of a chart of a year of minutes on a phone (6 x CPU, 390 px), while it is zoomed and panned.

Four series of 525 600 readings each are in the server. Besides frames it tells the time from opening the page
to the drawn chart, on the line of a phone (10 Mbit/s, 40 ms). Without a graphics card every pixel is painted
by the same slowed processor, which no phone does: so there is a screen of 1 and one of 3 pixels per CSS
pixel, and `script` tells what the page itself takes of a frame.
"""

import asyncio
import math
import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.brewery import running
from bench.first_load import FLAGS, LINE
from krausen.model.batch import Batch, BatchState
from krausen.model.journal import JournalEntry
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.storage.catalog import SqlCatalog
from krausen.storage.folder import DataFolder
from krausen.storage.history.sqlite import SqliteHistory

MINUTE_MS = 60_000
YEAR_MS = 365 * 1440 * MINUTE_MS
PART = 20_000
SLOWER = 6
SECONDS = 5.0
STEP_S = 0.016
REST_MS = 4000
RATIOS = (1, 3)
WAIT_MS = 120_000
BATCH = "year"
ROLES = {role: SeriesName("bench", "barrel", role) for role in ("beer", "chamber", "ambient", "gravity")}
RECORDER = """() => {
  window.frames_ms = []
  let last = performance.now()
  const frame = (now) => {
    window.frames_ms.push(now - last)
    last = now
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
}"""

Step = Callable[[int], None]


class Frames(Struct, frozen=True):
    """Milliseconds between one frame and the next, in order, and what scripts took of all of them."""

    ms: list[float]
    script_ms: float

    @property
    def a_second(self) -> float:
        """How many there were in a second."""
        return 1000.0 * len(self.ms) / sum(self.ms)

    def beyond(self, share: float) -> float:
        """Give what this share of frames did not exceed, ms."""
        return sorted(self.ms)[min(len(self.ms) - 1, int(share * len(self.ms)))]


async def fill(data: Path, end_ms: int) -> None:
    """Store a year of minutes of every role, and the batch that they belong to."""
    folder = DataFolder.find(data)
    start_ms = end_ms - YEAR_MS
    with closing(SqliteHistory.open(folder.readings)) as history:
        await history.declare([(name, "SG" if role == "gravity" else "°C") for role, name in ROLES.items()])
        for role, name in ROLES.items():
            for part in parts(role, name, start_ms):
                await history.store(part)
    kept = Batch(
        id=BATCH,
        name="A year",
        state=BatchState.FINISHED,
        started_at=start_ms,
        finished_at=end_ms,
        roles=ROLES,
        source="bench",
    )
    entry = JournalEntry(at=end_ms, by="bench", what="batch", id=BATCH, action="created")
    with closing(SqlCatalog.open(folder.catalog)) as catalog:
        await catalog.keep_batch(kept, [], entry)


def parts(role: str, name: SeriesName, start_ms: int) -> Iterator[list[Reading]]:
    """Yield readings a minute apart: seasons, days, cycles of the cooling and some noise."""
    dice = random.Random(role)
    for first in range(0, YEAR_MS // MINUTE_MS, PART):
        minutes = range(first, min(first + PART, YEAR_MS // MINUTE_MS))
        yield [Reading(name, start_ms + n * MINUTE_MS, _value(role, n, dice)) for n in minutes]


def _value(role: str, minute: int, dice: random.Random) -> float:
    noise, day = dice.gauss(0.0, 1.0), minute / 1440.0
    if role == "gravity":
        return 1.010 + 0.045 * math.exp(-day / 20) + 0.0005 * noise
    season, sun = math.sin(day / 58), math.sin(day * math.tau)
    cycle = math.sin(minute / 4)
    swing = {"beer": 0.1 * cycle, "chamber": 3.0 * cycle, "ambient": 5.0 * season + 2.0 * sun}[role]
    return 18.0 + season + swing + 0.1 * noise


@contextmanager
def phone(browser: Browser, url: str, ratio: int) -> Iterator[tuple[Page, CDPSession]]:
    """Open a page that is signed in, on a phone with a screen of so many pixels per CSS pixel."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=ratio, has_touch=True
    )
    context.set_default_timeout(WAIT_MS)
    context.request.post(f"{url}/api/v1/session", data={"key": "demo"}, headers={"Origin": url})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    session.send("Performance.enable")
    yield page, session
    context.close()


def drawn_ms(page: Page, url: str) -> float:
    """Open the chart of the year; give the milliseconds until it is drawn."""
    page.goto(f"{url}/batches/{BATCH}", wait_until="commit")
    page.locator("figure[aria-label*='Gravity'] canvas").wait_for()
    drawn = "new Promise((done) => requestAnimationFrame(() => done(performance.now())))"
    return float(page.evaluate(drawn))


def frames_while(page: Page, session: CDPSession, step: Step) -> Frames:
    """Repeat a step for some seconds; give the frames meanwhile."""
    before_ms = _script_ms(session)
    page.evaluate("window.frames_ms.length = 0")
    start_s = time.perf_counter()
    for n in range(10_000):
        due_s = n * STEP_S
        if due_s >= SECONDS:
            break
        step(n)
        time.sleep(max(0.0, start_s + due_s + STEP_S - time.perf_counter()))
        if time.perf_counter() - start_s > SECONDS:
            break
    frames = [float(ms) for ms in page.evaluate("window.frames_ms")]
    return Frames(frames, _script_ms(session) - before_ms)


def _script_ms(session: CDPSession) -> float:
    told = {one["name"]: float(one["value"]) for one in session.send("Performance.getMetrics")["metrics"]}
    return 1000.0 * told["ScriptDuration"]


def gestures(page: Page, session: CDPSession) -> Iterator[tuple[str, Step]]:
    """Yield hands: each a name, and what they do in one step of a 60th of a second."""
    page.locator("figure .area").evaluate("area => area.scrollIntoView({block: 'center'})")
    area = page.locator("figure .area").evaluate("area => area.getBoundingClientRect().toJSON()")
    middle, height, width = area["x"] + area["width"] / 2, area["y"] + area["height"] / 2, area["width"]

    def wheel(n: int) -> None:
        there_and_back = -1 if n % 160 < 80 else 1
        page.mouse.wheel(0, there_and_back * 60)

    def pan(n: int) -> None:
        page.mouse.move(middle + 0.3 * width * math.sin(n / 12), height)

    def touch(kind: str, *xs: float) -> None:
        points = [{"x": x, "y": height, "id": n} for n, x in enumerate(xs)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def pinch(n: int) -> None:
        apart = width * (0.25 + 0.2 * math.sin(n / 15))
        aside = 0.15 * width * math.sin(n / 40)
        touch("touchMove" if n else "touchStart", middle - apart + aside, middle + apart + aside)

    page.mouse.move(middle, height)
    page.keyboard.down("Control")
    yield "wheel", wheel
    page.keyboard.up("Control")
    page.wait_for_timeout(1500)
    page.keyboard.down("Shift")
    page.mouse.down()
    yield "drag", pan
    page.mouse.up()
    page.keyboard.up("Shift")
    page.wait_for_timeout(1500)
    yield "pinch", pinch
    touch("touchEnd")


def rows(browser: Browser, url: str, ratio: int) -> Iterator[str]:
    """Yield a row for each way to move the chart."""
    with phone(browser, url, ratio) as (page, session):
        drawn_s = drawn_ms(page, url) / 1000
        page.wait_for_timeout(REST_MS)
        page.evaluate(RECORDER)
        for name, step in gestures(page, session):
            frames = frames_while(page, session, step)
            script, most, longest = frames.script_ms / len(frames.ms), frames.beyond(0.95), frames.beyond(1.0)
            yield (
                f"| {ratio} | {name} | {drawn_s:.1f} s | {frames.a_second:.0f} | {script:.1f} ms "
                f"| {most:.0f} ms | {longest:.0f} ms |"
            )


def main() -> None:
    """Print when the chart was drawn and how it moves, for each screen and each way to move it."""
    with TemporaryDirectory() as folder:
        end_ms = time.time_ns() // 1_000_000 - 3_600_000
        asyncio.run(fill(Path(folder), end_ms))
        with running("--days", "0", "--data", folder) as brewery, sync_playwright() as playwright:
            brewery.wait_filled()
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            print("| pixels | hand | drawn | frames a second | script a frame | 95 % of frames | longest |")
            print("|--:|---|--:|--:|--:|--:|--:|")
            for ratio in RATIOS:
                for row in rows(browser, brewery.url, ratio):
                    print(row, flush=True)
            browser.close()


if __name__ == "__main__":
    main()
