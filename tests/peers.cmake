# Tests that talk to real programs and hold ppinspect against them. Python's standard library; what is missing is skipped
# with a word (exit status 77), or fails where scripts/test has installed it (PP_PEERS=1). Capturing on loopback needs root.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
if(PP_TOOLS)
  foreach(name senders refusals no_header chained malformed checks split listener live)
    add_test(NAME interop.${name}
      COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/interop/${name}_test.py $<TARGET_FILE:ppinspect>)
    list(APPEND peers_tests interop.${name})
  endforeach()
  foreach(name real_captures tshark_agreement)
    add_test(NAME ${name}
      COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/${name}_test.py $<TARGET_FILE:ppinspect> ${CMAKE_SOURCE_DIR}/corpus/pcap)
    list(APPEND peers_tests ${name})
  endforeach()
  set_tests_properties(${peers_tests} PROPERTIES
    LABELS peers TIMEOUT 120 SKIP_RETURN_CODE 77 ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1;TZ=UTC")
endif()
