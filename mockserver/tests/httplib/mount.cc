// Compiled, not run, with each of the declarations in httplib.h beside this file.
#include <timock/httplib.h>

void MountOn(httplib::Server& server, timock::Service& service) { timock::Mount(server, service); }
