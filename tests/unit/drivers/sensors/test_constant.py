import asyncio

import pytest
from msgspec import ValidationError, convert

from krausen.drivers.sensors.constant import SENSOR, Settings
from krausen.ports.sensor import Sample
from krausen.simulation.loop import jumping


def test_it_says_the_same_at_its_own_pace() -> None:
    async def three() -> list[tuple[float, Sample]]:
        heard: list[tuple[float, Sample]] = []
        async for sample in SENSOR.samples(Settings(value_c=4.5, every_s=30.0)):
            heard.append((asyncio.get_running_loop().time(), sample))
            if len(heard) == 3:
                break
        return heard

    with asyncio.Runner(loop_factory=jumping) as runner:
        heard = runner.run(three())
    assert heard == [(at_s, Sample("temperature", 4.5)) for at_s in (0.0, 30.0, 60.0)]
    assert SENSOR.every_s(Settings(every_s=30.0)) == 30.0


@pytest.mark.parametrize("wrong", [{"value_c": -51}, {"value_c": 131}, {"every_s": 0.5}])
def test_settings_out_of_bounds_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        convert(wrong, Settings)
