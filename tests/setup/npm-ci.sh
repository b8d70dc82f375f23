#!/bin/sh
# Installs npm trees exactly as their lock files say, without running install scripts. usage: npm-ci.sh DIR...
# A tree whose node_modules was installed from the same lock file is left alone. The packages are cached in
# target/npm-cache, not in the home directory, unless npm_config_cache names another place.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
cache=${npm_config_cache:-${CARGO_TARGET_DIR:-$root/target}/npm-cache}
options="--ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error"

for tree in "$@"; do
    cd "$root/$tree"
    installed=node_modules/.installed-from.json
    if cmp -s package-lock.json "$installed"; then continue; fi
    # npm would empty what a link points at.
    if [ -L node_modules ]; then rm node_modules; fi
    echo "npm ci: $tree" >&2
    if ! npm ci $options --cache "$cache" >&2; then
        # No registry, perhaps: what npm has cached in the home directory may be enough.
        npm ci $options --offline >&2 || {
            echo "npm ci failed in $tree: it needs the npm registry, or a filled cache named by npm_config_cache" >&2
            exit 1
        }
    fi
    cp package-lock.json "$installed.new" && mv "$installed.new" "$installed"
done
