#ifndef TIMOCK_CONFORMANCE_INTERRUPT_SHIELD_H_
#define TIMOCK_CONFORMANCE_INTERRUPT_SHIELD_H_

namespace timock::conformance {

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

#endif  // TIMOCK_CONFORMANCE_INTERRUPT_SHIELD_H_
