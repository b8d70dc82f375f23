#!/bin/sh
# Says in one line which tools are here, or in one line which are missing. usage: tools.sh rust node cc python
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
found='' missing=''

have() { command -v "$1" >/dev/null 2>&1; }
note() { found="$found${found:+, }$1"; }
lack() { missing="$missing${missing:+; }$1"; }
# older A B: true when version A is below version B ("1.89.0" and "1.90")
older() { [ "$1" != "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1)" = "$1" ]; }

need_rust() {
    want=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$root/Cargo.toml")
    if ! have cargo || ! have rustc; then lack "Rust >= $want with cargo (https://rustup.rs)"; return; fi
    version=$(cd "$root" && rustc --version | sed 's/^rustc \([0-9.]*\).*/\1/')
    if older "$version" "$want"; then lack "Rust >= $want (found $version)"; else note "rustc $version"; fi
}
need_node() {
    if ! have node; then lack "Node >= 20 with npm"; return; fi
    version=$(node --version | sed 's/^v//')
    if older "$version" 20; then lack "Node >= 20 (found $version)"; else note "node $version"; fi
    if have npm; then note "npm $(npm --version 2>/dev/null)"; else lack "npm (it comes with Node; on Debian it is a package of its own)"; fi
}
need_cc() {
    for compiler in "${CC:-cc}" gcc clang; do
        if have "$compiler"; then note "C compiler $compiler"; return; fi
    done
    lack "a C compiler (cc, gcc or clang; on Debian: build-essential)"
}
need_python() {
    if ! have python3; then lack "Python >= 3.11 with venv"; return; fi
    version=$(python3 -c 'import platform; print(platform.python_version())')
    if older "$version" 3.11; then lack "Python >= 3.11 (found $version)"; return; fi
    if python3 -c 'import ensurepip, venv' 2>/dev/null; then note "python $version"; else lack "Python's venv (on Debian and Ubuntu the package python3-venv)"; fi
}

for tool in "$@"; do "need_$tool"; done
if [ -n "$missing" ]; then
    echo "Tabella needs tools that are missing here: $missing" >&2
    exit 2
fi
echo "tools: $found" >&2
