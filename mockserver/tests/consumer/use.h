#ifndef TIMOCK_TESTS_CONSUMER_USE_H_
#define TIMOCK_TESTS_CONSUMER_USE_H_

/// Keeps the address of each function, so that a library without it does not link.
template <typename... Functions>
void Use(Functions... functions) {
  const auto keep = [](auto function) {
    volatile auto kept = function;
    static_cast<void>(kept);
  };
  (keep(functions), ...);
}

#endif  // TIMOCK_TESTS_CONSUMER_USE_H_
