#include "host/cli/commands.h"

int main(int argc, char** argv) { return fractalsync::cli::run(argc, argv); }
