#ifndef TIMOCK_TESTS_SERVICE_DOOR_H_
#define TIMOCK_TESTS_SERVICE_DOOR_H_

#include <memory>
#include <string>

#include "timock/http_message.h"
#include "timock/service.h"

namespace timock {

/// The ways into the fake. What it does is the same through each of them.
enum class DoorKind { kHandle, kSocket, kAdapter };

std::string DoorName(DoorKind kind);
inline void PrintTo(DoorKind kind, std::ostream* out) { *out << DoorName(kind); }

/// A fake behind one of its doors.
class Door {
 public:
  virtual ~Door() = default;
  virtual HttpResponse Send(const HttpRequest& request) = 0;
  virtual Service& service() = 0;
};

std::unique_ptr<Door> OpenDoor(DoorKind kind, ServiceOptions options);

}  // namespace timock

#endif  // TIMOCK_TESTS_SERVICE_DOOR_H_
