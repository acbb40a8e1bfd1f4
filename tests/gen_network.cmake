# ppgen's live subcommands: Python's standard library drives the tool against servers of its own, and against real ones where
# they are installed (exit status 77 otherwise; PP_PEERS=1 makes that a failure).
find_package(Python3 REQUIRED COMPONENTS Interpreter)
if(PP_TOOLS)
  foreach(name send forward probe receivers)
    add_test(NAME gen.${name}
      COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/interop/gen_${name}_test.py $<TARGET_FILE:ppgen>)
    list(APPEND gen_network_tests gen.${name})
  endforeach()
  add_test(NAME gen.replay COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/interop/gen_replay_test.py
    $<TARGET_FILE:ppgen> $<TARGET_FILE:ppinspect> ${CMAKE_SOURCE_DIR}/corpus/pcap)
  list(APPEND gen_network_tests gen.replay)
  set_tests_properties(${gen_network_tests} PROPERTIES
    LABELS peers TIMEOUT 120 SKIP_RETURN_CODE 77 ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1;TZ=UTC")
endif()
