import subprocess
import sys


def test_a_courier_costs_nothing_before_it_carries() -> None:
    code = "import krausen.push.courier, sys; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"httpcore2", "httpx2", "aiomqtt", "paho", "h11"} & set(done.stdout.split())
