# SPDX-License-Identifier: Apache-2.0
# How every target of this project is declared. One place carries the standard, the warnings and the defines;
# the functions below are the only way in, so that no target can miss them.

include_guard(GLOBAL)

option(KOYEB_PRECOMPILED_HEADERS "Compile the toolkit's headers once" ON)

add_library(koyeb_options INTERFACE)
target_compile_features(koyeb_options INTERFACE cxx_std_20)
target_compile_options(koyeb_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual
  -Wformat=2 -Wimplicit-fallthrough -fstack-protector-strong)
if(KOYEB_WARNINGS_AS_ERRORS)
  target_compile_options(koyeb_options INTERFACE -Werror)
endif()
if(KOYEB_SANITIZERS)
  target_compile_options(koyeb_options INTERFACE
    -fsanitize=${KOYEB_SANITIZERS} -fno-omit-frame-pointer -fno-sanitize-recover=all
    # GCC 12 reports false positives of this one under sanitizers.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
    # clang 14 cannot compile coroutines with it; GCC has no such check.
    $<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>)
  target_link_options(koyeb_options INTERFACE -fsanitize=${KOYEB_SANITIZERS})
endif()

if(KOYEB_PRECOMPILED_HEADERS AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Lets ccache recognise a file whatever the state of the precompiled header it includes.
  target_compile_options(koyeb_options INTERFACE -fpch-preprocess)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15)
    # It has coroutines, but does not announce them in the way that libstdc++'s header asks for.
    target_compile_definitions(koyeb_options INTERFACE __cpp_impl_coroutine=201902L)
  endif()
  # Without the time in it, ccache recognises a precompiled header that was built again.
  target_compile_options(koyeb_options INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
endif()

add_library(koyeb_qt_options INTERFACE)
target_link_libraries(koyeb_qt_options INTERFACE koyeb_options)
target_compile_definitions(koyeb_qt_options INTERFACE
  QT_NO_KEYWORDS QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_URL_CAST_FROM_STRING
  QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_STRICT_ITERATORS QT_NO_FOREACH)

# Qt's and the standard library's headers take most of the time that a file takes to compile. They are compiled once for all
# users of Qt, once more with the widgets for the application.
function(koyeb_declare_precompiled_headers)
  if(NOT KOYEB_PRECOMPILED_HEADERS)
    return()
  endif()
  set(empty ${PROJECT_BINARY_DIR}/precompiled.cpp)
  file(CONFIGURE OUTPUT ${empty} CONTENT "")
  add_library(koyeb_precompiled_core OBJECT ${empty})
  target_link_libraries(koyeb_precompiled_core PRIVATE koyeb_qt_options Qt6::Core QCoro6::Core)
  target_precompile_headers(koyeb_precompiled_core PRIVATE
    <QtCore> <QCoroTask> <tl/expected.hpp> <chrono> <functional> <memory> <optional> <stop_token>)
  if(KOYEB_BUILD_APP)
    add_library(koyeb_precompiled_widgets OBJECT ${empty})
    target_link_libraries(koyeb_precompiled_widgets PRIVATE koyeb_qt_options Qt6::Widgets QCoro6::Core)
    target_precompile_headers(koyeb_precompiled_widgets PRIVATE
      <QtWidgets> <QCoroTask> <tl/expected.hpp> <chrono> <functional> <memory> <optional> <stop_token>)
  endif()
endfunction()

function(koyeb_use_precompiled_headers target kind)
  if(KOYEB_PRECOMPILED_HEADERS)
    target_precompile_headers(${target} REUSE_FROM koyeb_precompiled_${kind})
    # A target whose options differ from the header's falls back to compiling it; that is slow, not wrong.
    target_compile_options(${target} PRIVATE -Wno-error=invalid-pch)
  endif()
endfunction()

# koyeb_library(NAME [NO_QT] SOURCES … [INTERNAL header…] [DETAIL header…] [PUBLIC lib…] [PRIVATE lib…])
# Declares target koyeb_NAME with the alias KoyebQt::NAME. Its include root is lib/, so that headers are
# included as "NAME/header.h"; a target sees only what it links. INTERNAL names those of its headers that an installation
# leaves out, DETAIL those that it needs only because others include them, and that the reference leaves out.
# See KoyebInstall.cmake.
function(koyeb_library name)
  cmake_parse_arguments(ARG "NO_QT" "" "SOURCES;INTERNAL;DETAIL;PUBLIC;PRIVATE" ${ARGN})
  set(target koyeb_${name})
  add_library(${target} STATIC ${ARG_SOURCES})
  add_library(KoyebQt::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name}
    KOYEB_INTERNAL_HEADERS "${ARG_INTERNAL}" KOYEB_DETAIL_HEADERS "${ARG_DETAIL}")
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/lib>)
  target_link_libraries(${target} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  # The options are how we build, nothing that a user of the installed library has to know.
  if(ARG_NO_QT)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:koyeb_options>)
  else()
    set_target_properties(${target} PROPERTIES AUTOMOC ON)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:koyeb_qt_options>)
    koyeb_use_precompiled_headers(${target} core)
  endif()
  target_compile_features(${target} PUBLIC cxx_std_20)
endfunction()

# koyeb_app_library(NAME SOURCES … [PUBLIC lib…] [PRIVATE lib…]): one room of the application, as a library
# that the program and its tests link. Headers are included as "NAME/header.h".
function(koyeb_app_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  set(target koyeb_app_${name})
  add_library(${target} STATIC ${ARG_SOURCES})
  set_target_properties(${target} PROPERTIES AUTOMOC ON AUTORCC ON)
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/app)
  target_link_libraries(${target} PUBLIC Qt6::Widgets ${ARG_PUBLIC} PRIVATE koyeb_qt_options ${ARG_PRIVATE})
  target_compile_features(${target} PUBLIC cxx_std_20)
  koyeb_use_precompiled_headers(${target} widgets)
endfunction()

# koyeb_test(NAME SOURCES … [LIBS lib…] [LABELS …] [TIMEOUT s]): a QtTest program run by CTest without a display. Those with
# the label `threads` also run under the thread sanitizer (preset tsan), which builds nothing else.
add_custom_target(koyeb_thread_tests)
function(koyeb_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LIBS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES AUTOMOC ON)
  target_link_libraries(${name} PRIVATE koyeb_qt_options Qt6::Test ${ARG_LIBS})
  if(ARG_LIBS MATCHES "koyeb_app_")
    koyeb_use_precompiled_headers(${name} widgets)
  elseif(ARG_LIBS MATCHES "KoyebQt::(core|net|api|executor|sandbox|transfer)|koyeb_(core|net|api|executor|sandbox|test_support)")
    koyeb_use_precompiled_headers(${name} core)
  endif()
  add_test(NAME ${name} COMMAND ${name})
  if("threads" IN_LIST ARG_LABELS)
    add_dependencies(koyeb_thread_tests ${name})
  endif()
  if(KOYEB_TEST_ENGINE)
    set(engine ${KOYEB_TEST_ENGINE})
  else()
    set(engine $<$<TARGET_EXISTS:koyeb-local>:$<TARGET_FILE:koyeb-local>>)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 600)
  endif()
  set_tests_properties(${name} PROPERTIES
    TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
    ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8;KOYEB_LOCAL_PROGRAM=${engine}")
endfunction()
