# What is installed and packaged beside the library: manual pages and completions, Debian packages, static tools. All look at
# the build that build.install makes: without sanitizers the tools are small and start at once.
set(installed_build ${CMAKE_CURRENT_BINARY_DIR}/install/lib)
add_test(NAME tool.interface
  COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/interface_test.py ${installed_build}/bin/ppinspect ${installed_build}/bin/ppgen)
add_test(NAME build.package COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/package_test.py ${installed_build})
add_test(NAME build.static COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/install/static ${installed_build}/bin ${CMAKE_SOURCE_DIR}/corpus/pcap)
set_tests_properties(build.install PROPERTIES FIXTURES_SETUP installed_build TIMEOUT 600)
set_tests_properties(tool.interface build.package build.static PROPERTIES
  FIXTURES_REQUIRED installed_build SKIP_RETURN_CODE 77 TIMEOUT 120 LABELS build ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
add_test(NAME tool.docs COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/scripts/docs --check ${installed_build}/bin)
set_tests_properties(tool.docs PROPERTIES FIXTURES_REQUIRED installed_build TIMEOUT 120 LABELS tool ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
add_test(NAME build.workflows COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/workflows_test.py ${CMAKE_SOURCE_DIR})
set_tests_properties(build.workflows PROPERTIES TIMEOUT 60 LABELS build SKIP_RETURN_CODE 77 ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
