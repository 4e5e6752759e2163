# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./dev: starting the application, taking its pictures, measuring it.

help_run() {
    cat <<'TEXT'
Usage: ./dev run [--xvfb] [--preset PRESET] [-- OPTION…]

Builds the application and starts it on your display. What follows -- goes to the application.

  --xvfb           without a display: starts it under Xvfb, waits for its window and prints the path of a picture of it
  --preset PRESET  the build to run: release (the default), dev or asan
TEXT
}

cmd_run() {
    local xvfb=no preset=release
    while [ $# -gt 0 ]; do
        case "$1" in
            --xvfb) xvfb=yes ;;
            --preset)
                preset=${2:?--preset needs a name}
                shift
                ;;
            --)
                shift
                break
                ;;
            *) fail "run: '$1' is unknown; ./dev run --help" ;;
        esac
        shift
    done
    if [ $xvfb = no ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
        fail "there is no display to show a window on; ./dev run --xvfb starts it on a virtual one and takes a picture"
    fi
    build_preset "$preset" koyeb-desktop koyeb-local
    if [ $xvfb = yes ]; then
        "$root/tests/e2e/first-window" --program "build/$preset/bin/koyeb-desktop" \
            --picture "$root/build/first-window.png" -- "$@"
    else
        exec "build/$preset/bin/koyeb-desktop" "$@"
    fi
}

help_screenshots() {
    cat <<'TEXT'
Usage: ./dev screenshots

Drives the application under Xvfb and writes its pictures to docs/screenshots: light and dark, 100 % and 200 %.
TEXT
}

cmd_screenshots() {
    build_preset release koyeb-desktop koyeb-local
    "$root/tests/e2e/screenshots" --program "$root/build/release/bin/koyeb-desktop" \
        --engine "$root/build/release/bin/koyeb-local" \
        --pictures "$root/docs/screenshots"
}

help_bench() {
    cat <<'TEXT'
Usage: ./dev bench [NAME] [--json FILE] [--executor URL --secret SECRET]

Measures with the release build and prints a table: name, value, unit, what it is measured against, ratio.

  NAME         startup | terminal | engine | requests | transfer; all when left out
  --executor URL --secret SECRET
               transfer: a sandbox's executor to measure instead of a local one
  --json FILE  also writes the rows as JSON: [{"name", "value", "unit", "against", "ratio"}, …]
TEXT
}

cmd_bench() {
    cmd_deps "${bench_packages[@]}"
    build_preset release koyeb-desktop koyeb-local bench_terminal bench_terminalwindow bench_emptywindow bench_transfer
    /usr/bin/python3 "$root/tests/bench/bench.py" --build "$root/build/release" "$@"
}

help_stress() {
    cat <<'TEXT'
Usage: ./dev stress transfer [--runs N] [--seed S] [--first N] [--jobs N] [--verbose]
       ./dev stress kill [--way up|down|across] [--runs N] [--seed S] [--first N] [--verbose]
       ./dev stress corpus [--only NAME]… [--image gnu|busybox|poor|shell]… [--tree FOLDER]…
       ./dev stress window

transfer: moves random trees into a local sandbox and out of it, with GNU tools and with BusyBox, while random faults come, and goes
on after failures. kill: kills a program that moves them as the application does, at random moments, and starts it again. window:
does so with the application itself, 50 times, on a desktop that nobody sees. corpus: moves what people really move, in full size, into
a sandbox, from there into another one and back, with images of all kinds, and prints how long it took and how much memory it needed.
Nothing may be corrupt, lost or left behind. What is bad is told with its seed and number.

  --runs N     how many: 2000 transfers, 50 kills when left out
  --seed S     what all that is random comes from: 1 when left out
  --first N    the number of the first run: with --runs 1 --jobs 1 one is repeated
  --jobs N     how many at a time: 4 when left out
  --verbose    tell of each run
  --way W      up, down, or across: from sandbox to sandbox; any when left out
  --only NAME  one corpus: contents, names, git, node_modules, small-files, gibibyte, checkout (of this repository), or a FOLDER's name
  --image I    one kind of image; shell is one with nothing but a shell, where all is refused
  --tree F     a folder more, such as a project with its node_modules
TEXT
}

cmd_stress() {
    local what=${1:-}
    local -a jobs=()
    case "$what" in
        transfer) jobs=(--jobs 4) ;;
        kill) ;;
        corpus)
            jobs=(--tree "$root/build/release/stress/checkout")
            rm -rf "$root/build/release/stress"
            git clone --quiet --no-hardlinks "$root" "$root/build/release/stress/checkout"
            ;;
        window)
            build_preset release koyeb-desktop koyeb-local koyeb_dragsource
            "$root/tests/e2e/run" kills --program "$root/build/release/bin/koyeb-desktop" \
                --engine "$root/build/release/bin/koyeb-local" \
                --drag-source "$root/build/release/tests/e2e/koyeb_dragsource" --pictures "$root/build/release/e2e"
            return
            ;;
        *) fail "stress: what? There are: transfer kill corpus window" ;;
    esac
    shift
    build_preset release koyeb-local "stress_$what"
    KOYEB_LOCAL_PROGRAM=$root/build/release/bin/koyeb-local LC_ALL=C.UTF-8 \
        "$root/build/release/tests/stress/stress_$what" "${jobs[@]}" "$@"
}
