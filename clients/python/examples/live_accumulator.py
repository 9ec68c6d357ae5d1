"""Sends what arises now: a value at a time, gathered and sent by itself.

    python live_accumulator.py http://brewery:8080 krs_… orchard 60

It measures the load of this machine once a second for so many seconds. Stop the server meanwhile, or kill
this program and start it again: the spool keeps what was not sent, and nothing is lost.
"""

import logging
import os
import sys
import time

from krausen_client import Accumulator, Client


def main(url: str, token: str, adapter: str, seconds: str, pause_s: str = "1") -> None:
    """Measure and send for some seconds."""
    logging.basicConfig(level=logging.WARNING)
    with (
        Client(url, token=token) as client,
        Accumulator(client, adapter, every_s=5, spool=f"{adapter}.spool") as values,
    ):
        for _ in range(int(seconds)):
            for minutes, load in zip((1, 5, 15), os.getloadavg(), strict=True):
                values.add("this machine", f"load_{minutes}_min", load)
            time.sleep(float(pause_s))
    print("All is sent.")


if __name__ == "__main__":
    main(*sys.argv[1:])
