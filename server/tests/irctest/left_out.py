"""The tests that README.md says are left out, as a plugin of pytest: exactly those, and all variants where one has several."""

from pathlib import Path
import re

TESTS = "irctest/server_tests"
ITEM = re.compile(r"^- `([\w/]+\.py(?:::\w+)*(?:\[[^`]*\])?)`:")


def left_out():
    """Modules, tests, and single variants of tests, as pytest names them."""
    lines = Path(__file__).with_name("README.md").read_text().splitlines()
    return [f"{TESTS}/{found[1].removesuffix('[…]')}" for found in map(ITEM.match, lines) if found]


def pytest_collection_modifyitems(config, items):
    names = set(left_out())

    def is_left_out(item):
        test = item.nodeid.partition("[")[0]
        return bool(names & {item.nodeid, test, test.partition("::")[0]})

    left = [item for item in items if is_left_out(item)]
    items[:] = [item for item in items if not is_left_out(item)]
    config.hook.pytest_deselected(items=left)
