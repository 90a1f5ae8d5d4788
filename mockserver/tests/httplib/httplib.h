#ifndef TIMOCK_TESTS_HTTPLIB_HTTPLIB_H_
#define TIMOCK_TESTS_HTTPLIB_HTTPLIB_H_

/// What timock/httplib.h uses of cpp-httplib, declared as version 0.TIMOCK_HTTPLIB_MINOR declares
/// it: 11 (Debian 12), 22 and 26, before and after multipart's types changed, 41 (with its own TLS
/// layer).

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <utility>

struct ssl_st;

namespace httplib {

using Headers = std::multimap<std::string, std::string>;
using ContentReceiver = std::function<bool(const char* data, std::size_t data_length)>;

struct MultipartFormData {
#if TIMOCK_HTTPLIB_MINOR < 23
  std::string name;
  std::string content;
#else
  std::multimap<std::string, std::string> fields;
#endif
};

#if TIMOCK_HTTPLIB_MINOR < 23
using PartHeader = std::function<bool(const MultipartFormData& file)>;
#else
struct FormData {
  std::string name;
  std::string content;
  Headers headers;
};
using PartHeader = std::function<bool(const FormData& file)>;
#endif

class ContentReader {
 public:
  bool operator()(PartHeader header, ContentReceiver receiver) const;
  bool operator()(ContentReceiver receiver) const;
};

struct Request {
  std::string method;
  std::string path;
  Headers headers;
  std::string body;
  std::string target;
#ifdef CPPHTTPLIB_OPENSSL_SUPPORT
#if TIMOCK_HTTPLIB_MINOR < 41
  const ssl_st* ssl = nullptr;
#else
  const void* ssl = nullptr;
#endif
#endif
  bool is_multipart_form_data() const;
};

struct Response {
  int status = -1;
#if TIMOCK_HTTPLIB_MINOR >= 22
  void set_content(std::string&& s, const std::string& content_type);
#endif
  void set_content(const std::string& s, const std::string& content_type);
  void set_content(const char* s, std::size_t n, const std::string& content_type);
  void set_header(const std::string& key, const std::string& val);
};

class Server {
 public:
  using Handler = std::function<void(const Request&, Response&)>;
  using HandlerWithContentReader =
      std::function<void(const Request&, Response&, const ContentReader& content_reader)>;

  Server& Get(const std::string& pattern, Handler handler);
  Server& Post(const std::string& pattern, Handler handler);
  Server& Post(const std::string& pattern, HandlerWithContentReader handler);
  Server& Put(const std::string& pattern, Handler handler);
  Server& Put(const std::string& pattern, HandlerWithContentReader handler);
  Server& Patch(const std::string& pattern, Handler handler);
  Server& Patch(const std::string& pattern, HandlerWithContentReader handler);
  Server& Delete(const std::string& pattern, Handler handler);
  Server& Delete(const std::string& pattern, HandlerWithContentReader handler);
  Server& Options(const std::string& pattern, Handler handler);
};

}  // namespace httplib

#endif  // TIMOCK_TESTS_HTTPLIB_HTTPLIB_H_
