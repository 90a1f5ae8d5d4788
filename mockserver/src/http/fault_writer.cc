#include "http/fault_writer.h"

#include <algorithm>
#include <utility>

#include "http/limits.h"

namespace timock {
namespace {

std::size_t HeadSize(const std::string& answer) {
  constexpr std::string_view kBlankLine = "\r\n\r\n";
  return answer.find(kBlankLine) + kBlankLine.size();
}

/// Large enough for the whole answer to be out in time.
std::size_t PieceSize(const TransportFault& fault, std::size_t answer) {
  const auto pieces = static_cast<std::size_t>(kMaxTrickleTime / fault.trickle_every);
  return std::max(fault.trickle_bytes, (answer + pieces - 1) / pieces);
}

}  // namespace

FaultWriter::FaultWriter(const TransportFault& fault, std::string answer)
    : fault_(fault), answer_(std::move(answer)) {
  fault_.trickle_bytes = PieceSize(fault_, answer_.size());
}

/// How many bytes of the answer come, of at most so many.
std::size_t FaultWriter::Cut(std::size_t most) const {
  const std::size_t head = HeadSize(answer_);
  return std::min(fault_.after_bytes.value_or(head + (answer_.size() - head) / 2), most);
}

FaultWriter::Then FaultWriter::Next(std::string* out) {
  switch (fault_.ending) {
    case TransportFault::Ending::kNone:
      out->append(answer_);
      return Then::kGoOn;
    case TransportFault::Ending::kClose:
      return Then::kClose;
    case TransportFault::Ending::kReset:
      out->append(answer_, 0, Cut(answer_.size()));
      return Then::kReset;
    case TransportFault::Ending::kTruncate:
      out->append(answer_, 0, Cut(answer_.size() - 1));
      return Then::kClose;
    case TransportFault::Ending::kTrickle:
      break;
  }
  out->append(answer_, given_, fault_.trickle_bytes);
  given_ += fault_.trickle_bytes;
  return given_ < answer_.size() ? Then::kWait : Then::kGoOn;
}

}  // namespace timock
