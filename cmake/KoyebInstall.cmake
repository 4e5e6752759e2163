# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where. There are two components: Application, the programs; and Library, what other projects
# need to build against the libraries, with CMake or pkg-config.

include_guard(GLOBAL)
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# koyeb_install_libraries(NAME…): installs koyeb_NAME, in an order in which none uses a later one, and declares KoyebQt::KoyebQt,
# which links them all.
function(koyeb_install_libraries)
  add_library(koyeb_qt INTERFACE)
  add_library(KoyebQt::KoyebQt ALIAS koyeb_qt)
  set_target_properties(koyeb_qt PROPERTIES EXPORT_NAME KoyebQt)
  set(targets koyeb_qt)
  foreach(name IN LISTS ARGN)
    target_link_libraries(koyeb_qt INTERFACE koyeb_${name})
    list(APPEND targets koyeb_${name})
    koyeb_headers_of(${name} installed documented)
    list(APPEND installed_headers ${installed})
    list(APPEND documented_headers ${documented})
  endforeach()

  # Here as where they are installed, headers are found as <KoyebQt/NAME/header.h>.
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/include)
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/lib ${PROJECT_BINARY_DIR}/include/KoyebQt SYMBOLIC)
  target_include_directories(koyeb_qt INTERFACE $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>)

  install(TARGETS ${targets} EXPORT KoyebQtTargets COMPONENT Library
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  koyeb_install_headers(${installed_headers})
  koyeb_install_cmake_package()
  koyeb_install_pkgconfig(${ARGN})
  koyeb_configure_reference(${documented_headers})
endfunction()

# The headers of koyeb_NAME that others get, and those of them that they may include themselves; relative to lib.
function(koyeb_headers_of name installed documented)
  get_target_property(headers koyeb_${name} SOURCES)
  get_target_property(internal koyeb_${name} KOYEB_INTERNAL_HEADERS)
  get_target_property(detail koyeb_${name} KOYEB_DETAIL_HEADERS)
  list(FILTER headers INCLUDE REGEX "\\.h$")
  foreach(header IN LISTS internal detail)
    if(NOT header IN_LIST headers)
      message(FATAL_ERROR "koyeb_${name} has no header ${header} that could be INTERNAL or DETAIL")
    endif()
  endforeach()
  list(REMOVE_ITEM headers ${internal})
  list(TRANSFORM headers PREPEND ${name}/ OUTPUT_VARIABLE of_installation)
  set(${installed} ${of_installation} PARENT_SCOPE)
  list(REMOVE_ITEM headers ${detail})
  list(TRANSFORM headers PREPEND ${name}/)
  set(${documented} ${headers} PARENT_SCOPE)
endfunction()

function(koyeb_install_headers)
  set(stage ${PROJECT_BINARY_DIR}/installed-headers)
  install(CODE "
    set(source_folder [[${PROJECT_SOURCE_DIR}/lib]])
    set(stage [[${stage}/KoyebQt]])
    set(headers [[${ARGN}]])" COMPONENT Library)
  install(SCRIPT ${PROJECT_SOURCE_DIR}/cmake/StageHeaders.cmake COMPONENT Library)
  install(DIRECTORY ${stage}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT Library)
endfunction()

function(koyeb_install_cmake_package)
  set(folder ${CMAKE_INSTALL_LIBDIR}/cmake/KoyebQt)
  install(EXPORT KoyebQtTargets NAMESPACE KoyebQt:: DESTINATION ${folder} COMPONENT Library)
  configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/KoyebQtConfig.cmake.in
    ${PROJECT_BINARY_DIR}/KoyebQtConfig.cmake INSTALL_DESTINATION ${folder})
  # Before 1.0 a new minor version may break what used the last one.
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/KoyebQtConfigVersion.cmake COMPATIBILITY SameMinorVersion)
  install(FILES ${PROJECT_BINARY_DIR}/KoyebQtConfig.cmake ${PROJECT_BINARY_DIR}/KoyebQtConfigVersion.cmake
    DESTINATION ${folder} COMPONENT Library)
endfunction()

function(koyeb_install_pkgconfig)
  set(folder ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  # Relative to the file itself, so that an installation can be moved.
  if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
    set(prefix ${CMAKE_INSTALL_PREFIX})
  else()
    file(RELATIVE_PATH up /${folder} /)
    string(REGEX REPLACE "/$" "" prefix "\${pcfiledir}/${up}")
  endif()
  set(libdir "\${prefix}")
  cmake_path(APPEND libdir ${CMAKE_INSTALL_LIBDIR})
  set(includedir "\${prefix}")
  cmake_path(APPEND includedir ${CMAKE_INSTALL_INCLUDEDIR})
  # Static libraries are searched once, in order: who uses comes before who is used.
  list(REVERSE ARGN)
  list(TRANSFORM ARGN PREPEND -lkoyeb_ OUTPUT_VARIABLE libraries)
  list(JOIN libraries " " libraries)
  # QCoro has no pkg-config file of its own.
  get_target_property(qcoro_includes QCoro6::Core INTERFACE_INCLUDE_DIRECTORIES)
  list(REMOVE_ITEM qcoro_includes ${CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES})
  list(TRANSFORM qcoro_includes PREPEND -I)
  list(JOIN qcoro_includes " " qcoro_includes)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/koyebqt.pc.in ${PROJECT_BINARY_DIR}/koyebqt.pc.configured @ONLY)
  file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/koyebqt.pc INPUT ${PROJECT_BINARY_DIR}/koyebqt.pc.configured)
  install(FILES ${PROJECT_BINARY_DIR}/koyebqt.pc DESTINATION ${folder} COMPONENT Library)
endfunction()

# The reference is made of the headers that others may include.
function(koyeb_configure_reference)
  list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/lib/)
  list(JOIN ARGN " \\\n    " headers)
  configure_file(${PROJECT_SOURCE_DIR}/docs/Doxyfile.in ${PROJECT_BINARY_DIR}/Doxyfile @ONLY)
endfunction()
