#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a command in a D-Bus session of its own with a real Secret Service (gnome-keyring), whose keyring is new, empty and
# unlocked. Everything of it is gone afterwards. Usage: with-keyring.sh COMMAND [ARGUMENT…]
set -eu

if [ -z "${KOYEB_KEYRING_HOME:-}" ]; then
    KOYEB_KEYRING_HOME=$(mktemp -d)
    export KOYEB_KEYRING_HOME
    trap 'rm -rf "$KOYEB_KEYRING_HOME"' EXIT
    export HOME="$KOYEB_KEYRING_HOME"
    export XDG_DATA_HOME="$HOME/data" XDG_CONFIG_HOME="$HOME/config" XDG_CACHE_HOME="$HOME/cache"
    export XDG_STATE_HOME="$HOME/state" XDG_RUNTIME_DIR="$HOME/run"
    mkdir -m 700 "$XDG_DATA_HOME" "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME" "$XDG_STATE_HOME" "$XDG_RUNTIME_DIR"
    # Not exec: the trap above is still to come.
    dbus-run-session -- "$0" "$@"
    exit $?
fi

printf '%s' "tests only" | gnome-keyring-daemon --unlock --components=secrets >/dev/null
exec "$@"
