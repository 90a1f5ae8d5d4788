#ifndef TIMOCK_APP_FLAGS_H_
#define TIMOCK_APP_FLAGS_H_

#include <memory>
#include <string>

#include "app/settings.h"

namespace CLI {  // NOLINT(readability-identifier-naming)
class App;
}

namespace timock::app {

/// Adds the options of `serve` to a subcommand; after parsing, the result holds what was given.
std::shared_ptr<Flags> AddServeFlags(CLI::App* subcommand);

/// The part of --help about the environment and the config file.
std::string ServeHelp();

}  // namespace timock::app

#endif  // TIMOCK_APP_FLAGS_H_
