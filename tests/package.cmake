# What is installed and packaged beside the programs: manual pages and completions.
if(PP_TOOLS)
  add_test(NAME tool.interface
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/interface_test.py $<TARGET_FILE:ppinspect> $<TARGET_FILE:ppgen>)
  set_tests_properties(tool.interface PROPERTIES COST 100 TIMEOUT 120 LABELS tool ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
endif()
