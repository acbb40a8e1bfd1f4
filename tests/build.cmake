# Tests of the project itself: layers, packages, scripts, the installed library. Python's standard library and bash.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
foreach(name layers packages scripts corpus)
  add_test(NAME build.${name} COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/${name}_test.py ${CMAKE_SOURCE_DIR})
endforeach()
add_test(NAME build.layers.planted
  COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/layers_test.py ${CMAKE_SOURCE_DIR} --self-test)
add_test(NAME build.install
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/install/run ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_BINARY_DIR}/install ${CMAKE_CXX_COMPILER})
set_tests_properties(build.layers build.layers.planted build.packages build.scripts build.corpus build.install PROPERTIES
  TIMEOUT 120 LABELS build ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
set_tests_properties(build.install PROPERTIES TIMEOUT 300 COST 1000)
# fuzz/build.sh under the contract of OSS-Fuzz and ClusterFuzzLite, two small targets; scripts/assure does all of them with every sanitizer.
add_test(NAME build.fuzz
  COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/fuzz_build_test.py ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_BINARY_DIR}/fuzz_build
    address fuzz_address fuzz_capture)
set_tests_properties(build.fuzz PROPERTIES TIMEOUT 300 COST 900 LABELS build SKIP_RETURN_CODE 77 ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
