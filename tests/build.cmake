# Tests of the project itself.
add_test(NAME build.install
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/install/run ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_BINARY_DIR}/install ${CMAKE_CXX_COMPILER})
set_tests_properties(build.install PROPERTIES TIMEOUT 120 LABELS build)
