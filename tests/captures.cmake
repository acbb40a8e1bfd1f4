# Captures of every make: compressed, encapsulated, in fragments, growing; and what is written of them.
pp_test(compression_test SOURCES compression_test.cpp LIBS pp_source ZLIB::ZLIB PkgConfig::ZSTD)
pp_test(fragments_test SOURCES fragments_test.cpp LIBS pp_packet)
foreach(name compressed kept)
  add_test(NAME tool.${name} COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/${name}_test.py $<TARGET_FILE:ppinspect>)
  set_tests_properties(tool.${name} PROPERTIES TIMEOUT 120 LABELS tool ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
endforeach()
