// Names from other layers' tables that ppinspect's options take.
#pragma once

#include <string>
#include <vector>

namespace pp::tool {

/// --only
std::vector<std::string> only_names();
/// --tlv
std::vector<std::string> tlv_names();
/// --explain: codes of findings and diagnoses, and TLVs.
std::vector<std::string> explained_names();
/// -o
/// Names of --predict.
std::vector<std::string> receiver_names();
std::vector<std::string> format_names();

}  // namespace pp::tool
