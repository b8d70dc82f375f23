#!/bin/sh
# Installs the Python packages of tests/python/requirements.txt in a virtual environment of their own, target/python-tools.
# One that was installed from the same file is left alone.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
wanted=$root/tests/python/requirements.txt
tools=${CARGO_TARGET_DIR:-$root/target}/python-tools
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
