# Every job has one name, the same by hand, before a commit and in CI. `just --list` shows them.

set positional-arguments

export PATH := justfile_directory() / ".venv/bin:" + justfile_directory() / ".tools/bin:" + env("PATH")

uv := env("UV", "uv")

[private]
default:
    @just --list --unsorted

# Install everything, and the checks before each commit
setup:
    {{ uv }} sync --frozen
    pre-commit install

# All rules of the house that a machine can judge
check: format lint types floors sizes names paths requirements changes lock page

# Every test; further words go to pytest
test *words:
    ./run test "$@"

# A simulated brewery in the browser
demo *words:
    ./run demo "$@"

# The documentation as a site in dist/docs
docs:
    {{ uv }} run --frozen --isolated --only-group docs zensical build --clean --strict

# A benchmark, bench/NAME.py
bench name *words:
    shift; python -m "bench.{{ name }}" "$@"

# Kills server and agent at random instants, again and again: just crash ROUNDS SEED
crash *words:
    python -m bench.crash "$@"

# Kills the history alone, thousands of times: just crash-history KILLS SEED
crash-history *words:
    python -m bench.history_crash "$@"

# Start a sensor, an actuator, a controller, a door, a push target, an algorithm or a format from an example
new kind name:
    @python -m tools.new "$@"

# Mend what a machine can mend
fix:
    ruff check --fix .
    ruff format .

# Keep standard input as a recording of a device: just record ds18b20 cellar-1 temperature=18.3
record *words:
    @python -m tools.record "$@"

# How much of the code the tests run; `pure` for the floors 0 to 2 alone, which is quick
coverage *floors:
    python -m tools.coverage "$@"

# Gather the notes of changes/ into CHANGELOG.md: just release 1.2.0 2027-03-01
release version date:
    python -m tools.changelog "$@"

# Is everything laid out by the formatter?
format:
    ruff format --check .

# The linter
lint:
    ruff check .

# The type checker
types:
    mypy . run

# Who may import whom
floors:
    lint-imports --no-logo
    lint-imports --no-logo --config tools/pure.toml

# Modules, functions and parameter lists that are too long
sizes:
    @python -m tools.sizes

# Names that say nothing
names:
    @python -m tools.names

# Paths of one machine
paths:
    @python -m tools.paths

# Requirements and the tests that show them
requirements:
    @python -m tools.requirements

# Notes for the change log
changes:
    @python -m tools.changelog

# Does uv.lock say what pyproject.toml asks for?
lock:
    {{ uv }} lock --check

# The page: `check` types and style, `test` its tests, `build` it into the package
page job="check":
    python -m tools.page "$1"
