# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./dev: everything that continuous integration runs.

help_test() {
    cat <<'TEXT'
Usage: ./dev test [--quick]

Runs what continuous integration runs: lint, all tests in the dev build (the end-to-end journeys with real windows
included), and all but the end-to-end tests once more under the address and undefined-behaviour sanitizers.

  --quick  only the tests of the dev build, without lint, sanitizers and end-to-end journeys
TEXT
}

# The engine's isolation needs user namespaces; where they are off, the tests that need them say so and fail, rather than pass
# without having tested anything.
run_tests() {
    local preset=$1
    shift
    note "Testing ($preset)"
    ctest --preset "$preset" -j "$(jobs_here)" "$@"
}

cmd_test() {
    local quick=no
    case "${1:-}" in
        --quick) quick=yes ;;
        "") ;;
        *) fail "test: '$1' is unknown; ./dev test --help" ;;
    esac
    build_preset dev
    if [ $quick = yes ]; then
        run_tests dev -LE e2e
        return
    fi
    cmd_lint
    build_preset asan
    export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1
    export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
    export LSAN_OPTIONS=suppressions=$root/tests/support/lsan.supp:print_suppressions=0
    run_tests asan -LE e2e
    run_tests dev
}
