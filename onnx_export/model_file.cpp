#include "onnx_export/model_file.h"

#include "core/check.h"

namespace fractalsync {

onnx::ModelProto start_model(const MetadataProperties& metadata) {
  onnx::ModelProto model;
  model.set_ir_version(kOnnxIrVersion);
  onnx::OperatorSetIdProto& opset = *model.add_opset_import();
  opset.set_domain("");
  opset.set_version(kOnnxOpset);
  model.set_producer_name("FractalSync");
  model.set_producer_version(FRACTALSYNC_VERSION);
  for (const auto& [key, value] : metadata) {
    onnx::StringStringEntryProto& entry = *model.add_metadata_props();
    entry.set_key(key);
    entry.set_value(value);
  }
  model.mutable_graph()->set_name("fractalsync");
  return model;
}

std::string serialized(const onnx::ModelProto& model) {
  std::string bytes;
  FS_CHECK(model.SerializeToString(&bytes));
  return bytes;
}

}  // namespace fractalsync
