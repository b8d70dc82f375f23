#!/bin/sh
# Installs the Python packages of a list in a virtual environment of their own under target/.
# One that was installed from the same file is left alone. usage: python-tools.sh [LIST NAME]
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
wanted=$root/${1:-tests/python/requirements.txt}
tools=${CARGO_TARGET_DIR:-$root/target}/${2:-python-tools}
if cmp -s "$wanted" "$tools/installed-from.txt" && [ -x "$tools/bin/python" ]; then exit 0; fi
echo "pip install: $tools" >&2
rm -rf "$tools"
python3 -m venv "$tools"
# A compiler is not needed: there are wheels for all of them.
"$tools/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
    --cache-dir "${CARGO_TARGET_DIR:-$root/target}/pip-cache" -r "$wanted" >&2 || {
    echo "pip install failed: it needs Python >= 3.11 and the Python package index, or a mirror of it that pip is set to" >&2
    exit 1
}
cp "$wanted" "$tools/installed-from.txt"
