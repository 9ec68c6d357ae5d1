"""Bytes and times of the first load of Overview, on a laptop and on a phone (6 x CPU, 10 Mbit/s, 40 ms)."""

from statistics import median
from typing import Any

from playwright.sync_api import Browser, CDPSession, sync_playwright

from bench.brewery import running

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
RUNS = 5
KB = 1000
LINE = {"offline": False, "latency": 40, "downloadThroughput": 1_250_000, "uploadThroughput": 1_250_000}
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def load(browser: Browser, url: str, *, phone: bool) -> tuple[float, int, float, float]:
    """Load Overview, signed in and with nothing cached: give kB, requests, first paint and card in ms."""
    width, height = (390, 844) if phone else (1440, 900)
    context = browser.new_context(viewport={"width": width, "height": height})
    context.request.post(f"{url}/api/v1/session", data={"key": "demo"}, headers={"Origin": url})
    page = context.new_page()
    session = context.new_cdp_session(page)
    traffic = _counted(session)
    if phone:
        session.send("Network.emulateNetworkConditions", LINE)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    page.goto(url)
    page.get_by_role("article").first.wait_for()
    card_ms = float(page.evaluate("performance.now()"))
    paint_ms = float(page.evaluate(PAINT))
    page.wait_for_load_state("networkidle", timeout=60_000) if phone else page.wait_for_timeout(1500)
    context.close()
    return traffic["bytes"] / KB, traffic["requests"], paint_ms, card_ms


def _counted(session: CDPSession) -> dict[str, int]:
    traffic = {"bytes": 0, "requests": 0}

    def finished(event: dict[str, Any]) -> None:
        traffic["bytes"] += int(event["encodedDataLength"])
        traffic["requests"] += 1

    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    return traffic


def main() -> None:
    """Print medians of several loads."""
    print("| profile | compressed | requests | first paint | vessel card |")
    print("|---|--:|--:|--:|--:|")
    with running("--days", "4") as brewery, sync_playwright() as playwright:
        brewery.wait_filled()
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for phone in (False, True):
            loads = [load(browser, brewery.url, phone=phone) for _ in range(RUNS)]
            kb, requests, paint, card = (median(column) for column in zip(*loads, strict=True))
            name = "phone" if phone else "laptop"
            print(f"| {name} | {kb:.0f} kB | {requests:.0f} | {paint:.0f} ms | {card:.0f} ms |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
