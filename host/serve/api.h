// The routes of the API, by what they are about.
#pragma once

#include <atomic>
#include <vector>

#include "host/serve/audio_store.h"
#include "host/serve/model_store.h"
#include "host/serve/router.h"
#include "host/serve/training.h"

namespace fractalsync::serve {

std::vector<Route> training_routes(Training& training, const TrainingSetup& setup, std::atomic<int>& streams,
                                   int most_streams);
std::vector<Route> run_routes(Training& training, ModelStore& models);
std::vector<Route> model_routes(ModelStore& models);
std::vector<Route> audio_routes(AudioStore& audio);

/// What the routes' schemas refer to, and a reference to one of them.
Json api_schemas();
inline Json schema_reference(const char* name) { return {{"$ref", std::string("#/components/schemas/") + name}}; }

}  // namespace fractalsync::serve
