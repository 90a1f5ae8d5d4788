#include "journal/entry.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "profile/assumptions.h"
#include "text/redact.h"
#include "text/url.h"
#include "text/words.h"

namespace timock {
namespace {

// A text behind the fixed ones has its size before it.
constexpr std::size_t kSizeBytes = sizeof(std::uint32_t);

void AppendSized(std::string_view text, std::string* out) {
  const auto size = static_cast<std::uint32_t>(text.size());
  char bytes[kSizeBytes];
  std::memcpy(bytes, &size, kSizeBytes);
  out->append(bytes, kSizeBytes).append(text);
}

class Reader {
 public:
  explicit Reader(std::string_view from) : from_(from) {}

  std::string_view Fixed(std::uint32_t size) {
    const std::string_view text = from_.substr(0, size);
    from_.remove_prefix(size);
    return text;
  }
  std::string_view Sized() {
    std::uint32_t size = 0;
    std::memcpy(&size, Fixed(kSizeBytes).data(), kSizeBytes);
    return Fixed(size);
  }

 private:
  std::string_view from_;
};

std::string RedactedHeader(std::string_view name, std::string_view value) {
  constexpr std::array<std::string_view, 3> kSecret = {"authorization", "proxy-authorization",
                                                       "cookie"};
  const auto is_name = [&](std::string_view secret) { return EqualsIgnoreCase(name, secret); };
  if (std::any_of(kSecret.begin(), kSecret.end(), is_name)) return "(redacted)";
  return RedactedTarget(value);  // a Referer, say, holds a target
}

bool AppFits(const StoredEntry& entry, const JournalFilter& filter) {
  return !filter.sdkappid || entry.sdkappid == filter.sdkappid;
}
bool CodeFits(const StoredEntry& entry, const JournalFilter& filter) {
  return !filter.error_code || entry.error_code == *filter.error_code;
}
bool CommandFits(const StoredEntry& entry, const JournalFilter& filter) {
  return filter.command.empty() || CommandMatches(entry.command_text(), filter.command);
}
bool FaultFits(const StoredEntry& entry, const JournalFilter& filter) {
  return filter.fault.empty() || entry.fault_text() == filter.fault;
}
bool TimeFits(const StoredEntry& entry, const JournalFilter& filter) {
  return (!filter.from || entry.at >= *filter.from) && (!filter.until || entry.at < *filter.until);
}
bool IdFits(const StoredEntry& entry, const JournalFilter& filter) {
  return entry.id > filter.since_id;
}

std::string Quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

// Seconds with milliseconds.
std::string SecondsText(UnixTime at) {
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count();
  const std::string fraction = std::to_string(1'000 + (ms % 1'000 + 1'000) % 1'000);
  return std::to_string(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count()) +
         '.' + fraction.substr(1);
}

std::string WhyApp(const StoredEntry& /*entry*/, const JournalFilter& filter) {
  return "sdkappid is not readable in the call, not " + std::to_string(*filter.sdkappid);
}
std::string WhyCode(const StoredEntry& entry, const JournalFilter& filter) {
  const std::string is =
      entry.error_code ? "error_code is " + std::to_string(*entry.error_code) : "no error_code";
  return is + ", not " + std::to_string(*filter.error_code);
}
std::string WhyCommand(const StoredEntry& entry, const JournalFilter& filter) {
  return "command is " + Quoted(entry.command_text()) + ", not " + Quoted(filter.command);
}
std::string WhyFault(const StoredEntry& entry, const JournalFilter& filter) {
  return entry.fault == 0
             ? "met no fault, not " + Quoted(filter.fault)
             : "fault is " + Quoted(entry.fault_text()) + ", not " + Quoted(filter.fault);
}
std::string WhyTime(const StoredEntry& entry, const JournalFilter& filter) {
  return filter.from && entry.at < *filter.from
             ? "at is " + SecondsText(entry.at) + ", before " + SecondsText(*filter.from)
             : "at is " + SecondsText(entry.at) + ", not before " + SecondsText(*filter.until);
}
std::string WhyId(const StoredEntry& entry, const JournalFilter& filter) {
  return "id is " + std::to_string(entry.id) + ", not after " + std::to_string(filter.since_id);
}

struct Point {
  bool (*fits)(const StoredEntry&, const JournalFilter&);
  std::string (*why)(const StoredEntry&, const JournalFilter&);
};

// What costs least comes first.
constexpr Point kPoints[] = {{IdFits, WhyId},     {AppFits, WhyApp},         {CodeFits, WhyCode},
                             {TimeFits, WhyTime}, {CommandFits, WhyCommand}, {FaultFits, WhyFault}};

}  // namespace

StoredEntry::StoredEntry(const CallRecord& record, std::size_t max_bytes)
    : at(record.at),
      duration(record.duration),
      connection(record.request.connection),
      assumptions(record.assumptions),
      body_bytes(record.request.body.size()),
      sdkappid(record.sdkappid),
      error_code(record.error_code),
      http_status(record.response.status),
      tls(record.request.tls) {
  const HttpRequestView& request = record.request;
  const std::size_t limit = std::min<std::size_t>(max_bytes, UINT32_MAX);
  std::size_t taken = 0;
  const auto take = [&](std::size_t bytes) {
    const std::size_t size = std::min(bytes, limit - taken);
    taken += size;
    return static_cast<std::uint32_t>(size);
  };
  const auto take_whole = [&](std::size_t bytes) {
    const bool fits = bytes <= limit - taken;
    if (fits) taken += bytes;
    return fits;
  };
  // Measured first, so that the run of bytes is allocated once. Bodies get what the rest leaves.
  command = take(record.command.size());
  fault = take(record.fault.size());
  rule = take(record.rule.size());
  method = take(request.method.size());
  target = take(request.target.size());
  for (const Diagnosis& diagnosis : record.diagnoses) {
    if (!take_whole(3 * kSizeBytes + diagnosis.name.size() + diagnosis.detail.size() +
                    diagnosis.remedy.size())) {
      break;
    }
    ++diagnoses;
  }
  for (const HttpHeaderView& header : request.headers) {
    if (!take_whole(2 * kSizeBytes + header.name.size() + header.value.size())) break;
    ++headers;
  }
  body = take(std::min(request.body.size(), kMaxKeptBody));
  reply = take(std::min(record.response.body.size(), kMaxKeptBody));

  texts.reserve(taken);
  texts.append(record.command.substr(0, command));
  texts.append(record.fault.substr(0, fault));
  texts.append(record.rule.substr(0, rule));
  texts.append(request.method.substr(0, method));
  texts.append(request.target.substr(0, target));
  texts.append(request.body.substr(0, body));
  texts.append(record.response.body, 0, reply);
  for (const Diagnosis& diagnosis : record.diagnoses.first(diagnoses)) {
    AppendSized(diagnosis.name, &texts);
    AppendSized(diagnosis.detail, &texts);
    AppendSized(diagnosis.remedy, &texts);
  }
  for (const HttpHeaderView& header : request.headers.first(headers)) {
    AppendSized(header.name, &texts);
    AppendSized(header.value, &texts);
  }
}

JournalEntry Decode(const StoredEntry& entry) {
  JournalEntry out;
  out.id = entry.id;
  out.at = entry.at;
  out.connection = entry.connection;
  out.tls = entry.tls;
  out.body_bytes = entry.body_bytes;
  out.http_status = entry.http_status;
  out.error_code = entry.error_code;
  out.sdkappid = entry.sdkappid;
  out.duration = entry.duration;
  out.assumptions = AssumptionNames(entry.assumptions);
  Reader reader(entry.texts);
  out.command = reader.Fixed(entry.command);
  out.fault = reader.Fixed(entry.fault);
  out.rule = reader.Fixed(entry.rule);
  out.method = Redacted(reader.Fixed(entry.method));
  out.target = RedactedTarget(reader.Fixed(entry.target));
  out.body = reader.Fixed(entry.body);
  out.reply = reader.Fixed(entry.reply);
  for (std::uint32_t i = 0; i < entry.diagnoses; ++i) {
    Diagnosis& diagnosis = out.diagnoses.emplace_back();
    diagnosis.name = reader.Sized();
    diagnosis.detail = reader.Sized();
    diagnosis.remedy = reader.Sized();
  }
  for (std::uint32_t i = 0; i < entry.headers; ++i) {
    HttpHeader& header = out.headers.emplace_back();
    header.name = reader.Sized();
    header.value = RedactedHeader(header.name, reader.Sized());
  }
  return out;
}

bool Fits(const StoredEntry& entry, const JournalFilter& filter) {
  return std::all_of(std::begin(kPoints), std::end(kPoints),
                     [&](const Point& point) { return point.fits(entry, filter); });
}

std::optional<std::string> NearMissOf(const StoredEntry& entry, const JournalFilter& filter) {
  if (filter.sdkappid && entry.sdkappid && entry.sdkappid != filter.sdkappid) return {};
  const Point* missed = nullptr;
  for (const Point& point : kPoints) {
    if (point.fits(entry, filter)) continue;
    if (missed != nullptr) return {};
    missed = &point;
  }
  if (missed == nullptr) return {};
  return missed->why(entry, filter);
}

std::string JournalEntry::query(std::string_view name) const {
  for (std::string_view rest = SplitTarget(target).query; !rest.empty();) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    if (!pair.starts_with(name) || pair.substr(name.size(), 1) != "=") continue;
    return std::string(DecodedValue(pair.substr(name.size() + 1)).text());
  }
  return {};
}

}  // namespace timock
