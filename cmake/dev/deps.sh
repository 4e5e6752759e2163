# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./dev: the Debian packages, each by name, and how the missing ones are installed.

# To compile, and to check what was compiled.
build_packages=(
    g++ cmake ninja-build ccache pkg-config git ca-certificates
    qt6-base-dev qt6-base-dev-tools qt6-websockets-dev qt6-svg-dev
    qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools libgl-dev
    qtkeychain-qt6-dev qcoro-qt6-dev libqscintilla2-qt6-dev libvterm-dev libutf8proc-dev
    libarchive-dev libzstd-dev zlib1g-dev libssl-dev libexpected-dev
    libboost-dev nlohmann-json3-dev libre2-dev libcli11-dev libyaml-cpp-dev
    clang-format clang-tidy clang-14 libclang-rt-14-dev doxygen
)
# To run: sandboxes on this computer, icons and fonts, opening a browser.
run_packages=(
    bubblewrap procps qt6-qpa-plugins fonts-dejavu-core xdg-utils
    shared-mime-info libqt6sql6-sqlite zstd
)
# To test with real windows, a real keyring and a real accessibility bus, and to take pictures.
test_packages=(
    xvfb xauth openbox xdotool x11-utils x11-xkb-utils imagemagick dbus dbus-daemon gnome-keyring libsecret-tools at-spi2-core
    python3 python3-gi python3-h2 openssl gir1.2-atspi-2.0 fonts-noto-color-emoji busybox less tmux screen
    vim htop mc nano fish
)
# To measure against: only ./dev bench asks for them.
bench_packages=(xterm konsole)

help_deps() {
    cat <<'TEXT'
Usage: ./dev deps

Installs the Debian packages that building, running and testing need and that are not there yet.
Needs root or sudo only when something is missing. Other commands do this by themselves.
TEXT
}

# Also of those that are named.
missing_packages() {
    local package
    for package in "${build_packages[@]}" "${run_packages[@]}" "${test_packages[@]}" "$@"; do
        # virtual or not, what counts is that dpkg has it installed
        if ! dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed; then
            printf '%s\n' "$package"
        fi
    done
}

cmd_deps() {
    command -v apt-get >/dev/null || fail "packages are installed with apt-get, which this system does not have; \
the names are in cmake/dev/deps.sh"
    local missing
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -eq 0 ] && return 0
    note "Installing ${#missing[@]} packages: ${missing[*]}"
    local -a as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "these packages are missing and need root to install: ${missing[*]}"
        as_root=(sudo)
    fi
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
}
