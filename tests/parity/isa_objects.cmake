# The object files of an instruction set must not offer functions of other namespaces to the linker: it could take them
# for code that an older processor runs (kernels/cpu/isa.h). Called with NM, ISA and OBJECTS (separated by '|').
string(REPLACE "|" ";" objects "${OBJECTS}")
execute_process(COMMAND ${NM} -C ${objects} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(FIND "${symbols}" "::cpu::${ISA}::julia_kernels" table)
if(table EQUAL -1)
  message(FATAL_ERROR "these are not the objects of ${ISA}:\n${symbols}")
endif()
string(REGEX MATCHALL "[^\n]* [WVu] [^\n]*" weak "${symbols}")
list(FILTER weak EXCLUDE REGEX "::${ISA}::")
# A pointer to the routine that unwinds, the same one for every instruction set; no code.
list(FILTER weak EXCLUDE REGEX " V DW\\.ref\\.__gxx_personality_v0$")
if(weak)
  message(FATAL_ERROR "shared weak symbols in the objects of ${ISA}:\n${weak}")
endif()
