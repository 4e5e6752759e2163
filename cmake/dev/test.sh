# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./dev: everything that continuous integration runs.

help_test() {
    cat <<'TEXT'
Usage: ./dev test [--quick]

Runs what continuous integration runs: lint; all unit and integration tests, built with the address and undefined-behaviour
sanitizers; those of what has threads, built with the thread sanitizer; every fuzz target for a minute; the end-to-end
journeys, with real windows, and projects that use the installed library, in the ordinary development build.

  --quick  only the unit and integration tests, in the development build
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

# The engine that these tests start is the ordinary one, of build/dev: what it does with threads is done by the agent, which they
# also start alone.
test_threads() {
    build_preset tsan koyeb_thread_tests
    note "Testing (tsan)"
    # The sanitizer wants its memory where some kernels' randomised addresses lie.
    local -a fixed_addresses=()
    setarch --addr-no-randomize true 2>/dev/null && fixed_addresses=(setarch --addr-no-randomize)
    # QProcess forks in a way that the sanitizer takes for a process which goes on without its threads: die_after_fork.
    TSAN_OPTIONS="suppressions=$root/tests/support/tsan.supp halt_on_error=1 second_deadlock_stack=1 die_after_fork=0" \
        "${fixed_addresses[@]}" ctest --preset tsan -j "$(jobs_here)"
}

# What only journeys and clang-tidy need: the programs, and the generated sources of everything.
build_for_journeys() { build_preset dev koyeb-desktop koyeb-local koyeb_dragsource bench_terminal bench_emptywindow bench_transfer; }

cmd_test() {
    case "${1:-}" in
        --quick)
            build_preset dev
            run_tests dev -LE e2e
            return
            ;;
        "") ;;
        *) fail "test: '$1' is unknown; ./dev test --help" ;;
    esac
    build_for_journeys
    cmd_lint
    build_preset asan
    export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1
    export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
    export LSAN_OPTIONS=suppressions=$root/tests/support/lsan.supp:print_suppressions=0
    run_tests asan -LE 'e2e|package'
    unset ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS
    test_threads
    # The same inputs each time: looking for new ones is for ./dev fuzz, not for whoever happens to be tested next.
    fuzz_targets 60 1 $(fuzz_names)
    run_tests dev -L 'e2e|package'
}
