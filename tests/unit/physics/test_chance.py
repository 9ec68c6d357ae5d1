from itertools import pairwise
from statistics import fmean, pstdev

from hypothesis import given
from hypothesis import strategies as st

from krausen.physics import chance

SEEDS = st.integers(0, 2**64 - 1)
COUNTS = st.integers(0, 2**40)


@given(SEEDS, COUNTS)
def test_a_number_lies_strictly_between_0_and_1(seed: int, count: int) -> None:
    assert 0.0 < chance.uniform(seed, count) < 1.0


def test_the_mixer_is_splitmix64() -> None:
    # The first outputs for seed 0 as published with the algorithm, cut to the 52 bits that are used.
    published = (0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F)
    assert [chance.uniform(0, n) for n in range(3)] == [((z >> 12) + 0.5) / 2**52 for z in published]


@given(SEEDS, COUNTS)
def test_the_same_question_has_the_same_answer(seed: int, count: int) -> None:
    assert chance.normal(seed, count) == chance.normal(seed, count)


@given(SEEDS)
def test_streams_of_other_names_differ(seed: int) -> None:
    branches = {chance.branch(seed, name) for name in ("beer", "chamber", "ambient", "ab", "ba", "a", "")}
    assert len(branches) == 7


def test_uniform_numbers_are_even_and_independent() -> None:
    numbers = [chance.uniform(3, n) for n in range(20_000)]
    tenths = [sum(0.1 * n <= number < 0.1 * (n + 1) for number in numbers) for n in range(10)]
    assert all(1850 < count < 2150 for count in tenths)
    assert abs(fmean((a - 0.5) * (b - 0.5) for a, b in pairwise(numbers))) < 0.002


def test_normal_numbers_have_mean_0_and_deviation_1() -> None:
    numbers = list(chance.normals(5, 20_000))
    assert len(numbers) == 20_000
    assert abs(fmean(numbers)) < 0.02
    assert abs(pstdev(numbers) - 1.0) < 0.02
    assert abs(fmean(a * b for a, b in pairwise(numbers))) < 0.02
    within = sum(abs(number) < 1.959964 for number in numbers) / len(numbers)
    assert abs(within - 0.95) < 0.005
