# SPDX-License-Identifier: GPL-3.0-or-later
# Included where the program is declared. `ninja update_translations` brings the .ts files up to date with the sources.
# English holds the plurals only: a text without a translation is shown as it stands in the source.
file(GLOB_RECURSE translated_sources CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/app/*.cpp ${PROJECT_SOURCE_DIR}/app/*.h)
set(english ${CMAKE_CURRENT_LIST_DIR}/koyeb-desktop_en.ts)
set_source_files_properties(${english} PROPERTIES OUTPUT_LOCATION ${CMAKE_CURRENT_BINARY_DIR}/i18n)

qt_add_lupdate(koyeb-desktop TS_FILES ${english} SOURCES ${translated_sources}
  INCLUDE_DIRECTORIES ${PROJECT_SOURCE_DIR}/app ${PROJECT_SOURCE_DIR}/lib
  OPTIONS -pluralonly -no-obsolete -locations none)
qt_add_lrelease(koyeb-desktop TS_FILES ${english} QM_FILES_OUTPUT_VARIABLE compiled_translations)
qt_add_resources(koyeb-desktop translations
  PREFIX /i18n BASE ${CMAKE_CURRENT_BINARY_DIR}/i18n FILES ${compiled_translations})
