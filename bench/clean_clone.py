"""From a clean clone to the demo's first page with data: with empty caches, and again.

On a machine without Node and uv: PATH holds only the system's own folders, and Node is hidden if it is there.
"""

import os
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.brewery import Brewery, free_port

ROOT = Path(__file__).parents[1]
TOOLS = ("python3", "sh", "env", "git", "uname", "ldd", "cat", "tar")


def first_page_s(clone: Path, environment: dict[str, str], data: Path) -> float:
    """Start the demo of a clone; give the seconds until its first vessel has a temperature."""
    port = free_port()
    words = ["/usr/bin/python3", "run", "demo", "--port", str(port), "--data", str(data), "--days", "1"]
    start_s = time.perf_counter()
    with subprocess.Popen(words, cwd=clone, env=environment, stdout=subprocess.DEVNULL) as process:
        brewery = Brewery(process, port, data)
        while not _has_data(brewery.wait("/api/v1/series", "items")):
            time.sleep(0.02)
        took_s = time.perf_counter() - start_s
        process.terminate()
    return took_s


def main() -> None:
    """Print a row for the cold start and one for the warm one."""
    print("| start | clone to first page with data |")
    print("|---|--:|")
    with TemporaryDirectory() as place:
        clone, tools = Path(place) / "krausen", Path(place) / "bin"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        environment = _bare(tools, Path(place))
        for name in ("cold: empty caches, uv, Node and packages fetched", "warm"):
            took_s = first_page_s(clone, environment, Path(place) / f"data-{name[:4]}")
            print(f"| {name} | {took_s:.1f} s |", flush=True)


def _bare(tools: Path, home: Path) -> dict[str, str]:
    tools.mkdir()
    for name in TOOLS:
        for folder in ("/usr/bin", "/bin"):
            if (Path(folder) / name).exists() and not (tools / name).exists():
                (tools / name).symlink_to(Path(folder) / name)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("UV_", "VIRTUAL_ENV"))}
    return {**kept, "PATH": str(tools), "HOME": str(home), "UV_CACHE_DIR": str(home / "cache")}


def _has_data(answer: dict[str, object]) -> bool:
    items = answer["items"]
    return isinstance(items, list) and any(item.get("latest") for item in items)


if __name__ == "__main__":
    main()
