# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./dev: configuring and building a preset.

help_build() {
    cat <<'TEXT'
Usage: ./dev build [PRESET]

Builds the application, the local engine and the tests into build/PRESET.
PRESET is dev (the default), release or asan; tsan builds only the tests of what has threads, fuzz only the fuzz targets.
CMakePresets.json describes them.
TEXT
}

help_clean() {
    cat <<'TEXT'
Usage: ./dev clean

Removes the folder build, with everything that was built, measured or photographed in it.
TEXT
}

cmd_clean() { rm -rf "$root/build"; }

# configure_preset PRESET
configure_preset() {
    local preset=$1
    cmd_deps
    local -a launcher=()
    if command -v ccache >/dev/null; then
        launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
        # What lets ccache answer for files that use a precompiled header, and for another checkout's.
        export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
    fi
    mkdir -p build
    cmake --preset "$preset" "${launcher[@]}" >"build/configure-$preset.log" 2>&1 || {
        cat "build/configure-$preset.log" >&2
        fail "configuring failed"
    }
}

# build_preset PRESET [TARGET…]
build_preset() {
    local preset=$1
    shift
    note "Building ($preset)"
    configure_preset "$preset"
    local -a targets=()
    [ $# -gt 0 ] && targets=(--target "$@")
    cmake --build --preset "$preset" -j "$(jobs_here)" "${targets[@]}" >&2
}

cmd_build() { build_preset "${1:-dev}"; }
