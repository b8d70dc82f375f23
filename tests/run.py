#!/usr/bin/env python3
"""Runs the tests of the whole repository: `tests/run.py test|quick|check|attacks|...`. V=1 shows all output as it comes.

The last line is `N passed, N failed`; the exit code is 0 only when nothing failed.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.runner.plans import PLANS  # noqa: E402
from tests.runner.stage import perform_all  # noqa: E402


def main(arguments):
    if len(arguments) != 1 or arguments[0] not in PLANS:
        print(f"usage: tests/run.py {'|'.join(PLANS)}", file=sys.stderr)
        return 2
    try:
        return perform_all(PLANS[arguments[0]]())
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
