"""The balances of the plant once more, written from their equations alone and integrated by another way.

Classical Runge-Kutta of fourth order at half a second, everything continuous: no ten-second steps for yeast
or glycol, and nothing shared but the parameter values.
"""

from collections.abc import Callable
from functools import partial
from math import exp, pi, sin

import pytest

from krausen.physics.chamber import Chamber
from krausen.physics.chambers import CHAMBERS, ChamberKind
from krausen.physics.weather import steady
from krausen.physics.yeast import Wort

Vector = list[float]
ROOM_C = 16.0
START_SHARE = 0.35
STEP_S = 0.5
MINUTES = 90


def heating(minute: int) -> bool:
    return minute % 45 in range(30, 40)


def cooling(minute: int) -> bool:
    return minute % 45 in range(3, 25)


def slopes(kind: ChamberKind, u_h: float, u_c: float, t: float, y: Vector) -> Vector:
    c, q = kind.cabinet, kind.refrigeration
    t_b, t_s, t_a, t_w, t_e, t_h, r, alpha, s1, s2, s3 = y
    b = 0.10 / 3600.0 * exp(-60e3 / 8.314462618 * (1.0 / (t_b + 273.15) - 1.0 / 293.15))
    d_alpha = b * alpha * (1.0 - alpha)
    s = 12.0 * (1.0484 - 1.0) / 0.0484 / 100.0 * 1.0484 * 0.65
    q_f = 586e3 * s * c.litres * d_alpha
    w = c.core_j_k / (c.core_j_k + c.layer_j_k)
    g_m = c.mixing_w_k + c.stirring_w_k * q_f / c.litres
    if kind.name == "glycol300":
        q_cap = 260.0 * (t_e - (-2.0 + sin(2.0 * pi * t / 2400.0)))
    else:
        q_cap = (q.rated_w + q.slope_w_k * (t_e + 23.3)) * (1.0 - 0.008 * (ROOM_C - 25.0))
    q_cap = min(max(q_cap, 0.0), q.highest_w)
    flow_sa, flow_sw, flow_se = (
        c.layer_air_w_k * (t_s - t_a),
        c.layer_wall_w_k * (t_s - t_w),
        c.layer_plate_w_k * (t_s - t_e),
    )
    flow_aw, flow_ae, flow_we = (
        c.air_wall_w_k * (t_a - t_w),
        c.air_plate_w_k * (t_a - t_e),
        c.wall_plate_w_k * (t_w - t_e),
    )
    flow_ha, flow_hb = c.heater_air_w_k * (t_h - t_a), c.heater_layer_w_k * (t_h - t_s)
    eps, wm = kind.placing.air_share, kind.placing.core_share
    t_m = (1.0 - eps) * (wm * t_b + (1.0 - wm) * t_s) + eps * t_a
    return [
        (w * q_f - g_m * (t_b - t_s)) / c.core_j_k,
        ((1.0 - w) * q_f + g_m * (t_b - t_s) - flow_sa - flow_sw - flow_se + flow_hb) / c.layer_j_k,
        (flow_sa - flow_aw - flow_ae + flow_ha + c.leak_w_k * (ROOM_C - t_a)) / c.air_j_k,
        (flow_sw + flow_aw - flow_we + c.wall_room_w_k * (ROOM_C - t_w)) / c.wall_j_k,
        (flow_se + flow_ae + flow_we + c.plate_room_w_k * (ROOM_C - t_e) - r * q_cap) / c.plate_j_k,
        (c.heater_w * u_h - flow_ha - flow_hb) / c.heater_j_k,
        (u_c - r) / (q.rise_s if u_c > r else q.fall_s),
        d_alpha,
        (t_m - s1) / kind.placing.well_s,
        (s1 - s2) / kind.placing.tip_s,
        (t_a - s3) / kind.placing.air_s,
    ]


def runge_kutta(slope: Callable[[float, Vector], Vector], t: float, y: Vector) -> Vector:
    def along(k: Vector, h: float) -> Vector:
        return [value + h * rate for value, rate in zip(y, k, strict=True)]

    half = STEP_S / 2.0
    k1 = slope(t, y)
    k2 = slope(t + half, along(k1, half))
    k3 = slope(t + half, along(k2, half))
    k4 = slope(t + STEP_S, along(k3, STEP_S))
    mean = [(a + 2.0 * b + 2.0 * c + d) / 6.0 for a, b, c, d in zip(k1, k2, k3, k4, strict=True)]
    return along(mean, STEP_S)


@pytest.mark.parametrize("kind", CHAMBERS.values(), ids=CHAMBERS)
def test_two_integrators_agree(kind: ChamberKind) -> None:
    chamber = Chamber(kind, 1, wort=Wort(start_share=START_SHARE), climate=steady(ROOM_C), beer_c=20.0)
    y = [20.0, 20.0, ROOM_C, ROOM_C, ROOM_C, ROOM_C, 0.0, START_SHARE, 20.0, 20.0, ROOM_C]
    for minute in range(MINUTES):
        heat, cool = heating(minute), cooling(minute)
        slope = partial(slopes, kind, heat, cool)
        for step in range(round(60.0 / STEP_S)):
            y = runge_kutta(slope, 60.0 * minute + STEP_S * step, y)
        chamber.advance(60 * (minute + 1), heat=heat, cool=cool)
        state = chamber.state
        beer = state.core_c, state.layer_c, state.well_c, state.beer_probe_c
        assert beer == pytest.approx((y[0], y[1], y[8], y[9]), abs=0.003)
        cabinet = state.air_c, state.wall_c, state.plate_c, state.heater_c, state.air_probe_c
        assert cabinet == pytest.approx((*y[2:6], y[10]), abs=0.15)
        assert state.flow == pytest.approx(y[6], abs=0.05)
        assert state.attenuation == pytest.approx(y[7], rel=1e-4)
