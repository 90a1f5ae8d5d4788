#ifndef TIMOCK_CONFORMANCE_WIRE_INTERRUPT_H_
#define TIMOCK_CONFORMANCE_WIRE_INTERRUPT_H_

namespace timock::conformance {

/// As long as one lives, in main or right below it, the first SIGINT, SIGTERM or SIGHUP does not
/// end the process: it is noted, sleeps end, and HttpClient sends and reads nothing more, so that
/// whatever goes on comes to its end at once. A second signal of the same kind ends the process.
/// One at a time.
class InterruptWatch {
 public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;
};

/// The signal that came; 0: none. Thread-safe.
int InterruptedBy();

/// The first signal since the InterruptWatch was made, whether or not ClearInterrupt was called
/// since; 0: none. Thread-safe.
int FirstInterrupt();

/// As if the signal had come, where an InterruptWatch lives. Thread-safe.
void NoteInterrupt(int signal);

/// From here on requests go out again, for what must still be tidied up: the first of another kind
/// of signal no longer ends that.
void ClearInterrupt();

/// As long as it lives requests go out and sleeps last, whatever signal came before or comes
/// meanwhile: for what is tidied up in the middle of a run. Then InterruptedBy tells the signal
/// again. One at a time.
class InterruptShield {
 public:
  InterruptShield();
  ~InterruptShield();
  InterruptShield(const InterruptShield&) = delete;
  InterruptShield& operator=(const InterruptShield&) = delete;
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_WIRE_INTERRUPT_H_
