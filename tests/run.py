#!/usr/bin/env python3
"""Runs the tests of the whole repository: `tests/run.py test|quick|check|attacks|...`. V=1 shows all output as it comes.
`tests/run.py kill-guards WORD...` takes out only the guards whose file, text or tests have one of these words in them.

The last line is `N passed, N failed`; the exit code is 0 only when nothing failed.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.runner.plans import PLANS  # noqa: E402
from tests.runner.stage import perform_all  # noqa: E402


def main(arguments):
    name, words = arguments[:1], arguments[1:]
    if not name or name[0] not in PLANS or (words and name[0] != "kill-guards"):
        print(f"usage: tests/run.py {'|'.join(PLANS)} (kill-guards [WORD...])", file=sys.stderr)
        return 2
    try:
        return perform_all(PLANS[name[0]](*words))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
