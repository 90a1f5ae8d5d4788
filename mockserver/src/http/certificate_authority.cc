#include "http/certificate_authority.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <memory>
#include <string_view>
#include <utility>

namespace timock {
namespace {

using std::chrono::days;

constexpr days kBackdating{1};
constexpr days kAuthorityLife{3650};
constexpr days kServerLife{825};  // the most that Apple's clients take

template <auto kFree>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Memory = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using Number = std::unique_ptr<BIGNUM, Freer<BN_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;
using Store = std::unique_ptr<X509_STORE, Freer<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, Freer<X509_STORE_CTX_free>>;
using Object = std::unique_ptr<ASN1_OBJECT, Freer<ASN1_OBJECT_free>>;
using Bag = std::unique_ptr<PKCS12_SAFEBAG, Freer<PKCS12_SAFEBAG_free>>;
using Pkcs12 = std::unique_ptr<PKCS12, Freer<PKCS12_free>>;

// Takes the errors of a scope off OpenSSL's queue, where a TLS stream of this thread would find
// them.
class ErrorScope {
 public:
  ErrorScope() { ERR_set_mark(); }
  ~ErrorScope() { ERR_pop_to_mark(); }
  ErrorScope(const ErrorScope&) = delete;
  ErrorScope& operator=(const ErrorScope&) = delete;
};

std::string LastReason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason != nullptr ? reason : "unknown reason";
}

Error Failure(const std::string& doing) {
  return Error{"OpenSSL cannot " + doing + ": " + LastReason()};
}

std::string Content(BIO* memory) {
  char* data = nullptr;
  const auto size = BIO_ctrl(memory, BIO_CTRL_INFO, 0, &data);
  return {data, static_cast<std::size_t>(size)};
}

Memory Reader(const std::string& text) {
  return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Result<std::string> PemOf(X509* certificate) {
  const Memory out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio_X509(out.get(), certificate) != 1) {
    return Failure("write a certificate");
  }
  return Content(out.get());
}

Result<std::string> PemOf(EVP_PKEY* key) {
  const Memory out(BIO_new(BIO_s_mem()));
  if (!out ||
      PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return Failure("write a key");
  }
  return Content(out.get());
}

std::time_t Seconds(UnixTime at) {
  return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

// The extension as `openssl x509 -extfile` would read it.
bool AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_nconf_nid(nullptr, &context, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// A certificate with all but its extensions and signature. Its serial number is random and ends the
// common name, so that two authorities with different keys never share a name.
Certificate Draft(const std::string& common_name, EVP_PKEY* key, UnixTime from, UnixTime to) {
  Certificate certificate(X509_new());
  const Number serial(BN_new());
  if (!certificate || !serial ||
      BN_rand(serial.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) != 1 ||
      BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate.get())) == nullptr) {
    return {};
  }
  const std::unique_ptr<char, void (*)(char*)> digits(BN_bn2hex(serial.get()),
                                                      [](char* text) { OPENSSL_free(text); });
  if (!digits) {
    return {};
  }
  const std::string name = common_name + " " + std::string(digits.get()).substr(0, 8);
  X509_NAME* const subject = X509_get_subject_name(certificate.get());
  const bool drafted =
      X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
      ASN1_TIME_set(X509_getm_notBefore(certificate.get()), Seconds(from)) != nullptr &&
      ASN1_TIME_set(X509_getm_notAfter(certificate.get()), Seconds(to)) != nullptr &&
      X509_set_pubkey(certificate.get(), key) == 1 &&
      X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                                 0) == 1;
  return drafted ? std::move(certificate) : Certificate();
}

std::string NameConstraints(const std::vector<std::string>& hosts) {
  std::string value = "critical";
  for (const std::string& host : hosts) {
    value += ",permitted;DNS:" + host;
  }
  return value + ",permitted;IP:127.0.0.1/255.255.255.255" +
         ",permitted;IP:::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
}

std::string AlternativeNames(const std::vector<std::string>& hosts) {
  std::string value;
  for (const std::string& host : hosts) {
    value += "DNS:" + host + ",";
  }
  return value + "IP:127.0.0.1,IP:::1";
}

Result<KeyPair> ToPem(X509* certificate, EVP_PKEY* key) {
  Result<std::string> certificate_text = PemOf(certificate);
  if (!certificate_text) return certificate_text.error();
  Result<std::string> key_text = PemOf(key);
  if (!key_text) return key_text.error();
  return KeyPair{.certificate = std::move(certificate_text).value(),
                 .key = std::move(key_text).value()};
}

Result<std::vector<Certificate>> ReadCertificates(const KeyPair& texts) {
  const Memory in = Reader(texts.certificate);
  if (!in) return Failure("read a certificate");
  std::vector<Certificate> certificates;
  while (Certificate certificate{PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)}) {
    certificates.push_back(std::move(certificate));
  }
  // Every reading ends with an error; this one says that the text is at its end.
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
    return Error{texts.certificate_origin + ": certificate " +
                 std::to_string(certificates.size() + 1) + " is broken (" + LastReason() +
                 "); expected a whole PEM block"};
  }
  if (certificates.empty()) {
    return Error{texts.certificate_origin +
                 ": no certificate in it; expected PEM, which has a line -----BEGIN "
                 "CERTIFICATE----- (`openssl x509 -inform DER` reads a binary one)"};
  }
  return certificates;
}

Result<Key> ReadKey(const KeyPair& texts) {
  const Memory in = Reader(texts.key);
  if (!in) return Failure("read a key");
  bool asked = false;
  // Without this callback OpenSSL would ask at the terminal.
  const auto refuse = [](char*, int, int, void* was_asked) {
    *static_cast<bool*>(was_asked) = true;
    return -1;
  };
  Key key(PEM_read_bio_PrivateKey(in.get(), nullptr, refuse, &asked));
  if (asked) {
    return Error{texts.key_origin +
                 ": the key needs a passphrase; expected one without (`openssl " + "pkey -in " +
                 texts.key_origin + " -out plain-key.pem` writes it)"};
  }
  if (!key && texts.key.find("PRIVATE KEY-----") == std::string::npos) {
    return Error{texts.key_origin +
                 ": no key in it; expected PEM, which has a line -----BEGIN PRIVATE KEY-----"};
  }
  if (!key) {
    return Error{texts.key_origin + ": the key is broken (" + LastReason() +
                 "); expected a whole PEM block"};
  }
  return key;
}

struct Opened {
  std::vector<Certificate> certificates;
  Key key;
};

Result<Opened> Open(const KeyPair& texts) {
  Result<std::vector<Certificate>> certificates = ReadCertificates(texts);
  if (!certificates) return certificates.error();
  Result<Key> key = ReadKey(texts);
  if (!key) return key.error();
  if (X509_check_private_key(certificates.value().front().get(), key.value().get()) != 1) {
    return Error{texts.key_origin + ": not the key of " + texts.certificate_origin +
                 "; expected that of the first certificate in it"};
  }
  return Opened{std::move(certificates).value(), std::move(key).value()};
}

// Whether a client that trusts the last of `authority` takes `certificate` for a server's.
Result<Done> Verify(X509* certificate, const std::vector<Certificate>& authority, UnixTime now,
                    const std::string& origin) {
  const Store store(X509_STORE_new());
  const StoreContext context(X509_STORE_CTX_new());
  const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> issuers(
      sk_X509_new_null(), [](STACK_OF(X509) * all) { sk_X509_free(all); });
  bool ready =
      store && context && issuers && X509_STORE_add_cert(store.get(), authority.back().get()) == 1;
  for (std::size_t i = 0; ready && i + 1 < authority.size(); ++i) {
    ready = sk_X509_push(issuers.get(), authority[i].get()) > 0;
  }
  if (!ready || X509_STORE_CTX_init(context.get(), store.get(), certificate, issuers.get()) != 1) {
    return Failure("check a certificate");
  }
  X509_VERIFY_PARAM* const asked = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(asked, Seconds(now));
  X509_VERIFY_PARAM_set_purpose(asked, X509_PURPOSE_SSL_SERVER);
  if (X509_verify_cert(context.get()) == 1) {
    return Done{};
  }
  switch (const int error = X509_STORE_CTX_get_error(context.get())) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return Error{origin + ": the certificate authority has expired"};
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return Error{origin + ": the certificate authority is not valid yet by this machine's clock"};
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
      return Error{origin +
                   ": the certificate authority is constrained to other hosts than those "
                   "that this server is for"};
    default:
      return Error{origin + ": no certificate authority of timock's (" +
                   X509_verify_cert_error_string(error) + ")"};
  }
}

// OpenSSL 3.0 can read the attributes of a bag but set none except the friendly name, so this one
// is added to the list that holds the name. Without it Java does not trust the certificate.
bool MarkAsTrusted(PKCS12_SAFEBAG* bag) {
  const Object trusted_key_usage(OBJ_txt2obj("2.16.840.1.113894.746875.1.1", 1));
  const ASN1_OBJECT* const any_usage = OBJ_nid2obj(NID_anyExtendedKeyUsage);
  auto* attributes = const_cast<STACK_OF(X509_ATTRIBUTE)*>(PKCS12_SAFEBAG_get0_attrs(bag));
  return trusted_key_usage && attributes != nullptr &&
         X509at_add1_attr_by_OBJ(&attributes, trusted_key_usage.get(), V_ASN1_OBJECT,
                                 reinterpret_cast<const unsigned char*>(any_usage), -1) != nullptr;
}

bool SignAuthority(X509* made, X509* signer, EVP_PKEY* signer_key, const std::string& path_length,
                   const std::vector<std::string>& hosts) {
  return made != nullptr && signer != nullptr &&
         X509_set_issuer_name(made, X509_get_subject_name(signer)) == 1 &&
         AddExtension(made, signer, NID_basic_constraints,
                      "critical,CA:TRUE,pathlen:" + path_length) &&
         AddExtension(made, signer, NID_key_usage, "critical,keyCertSign,cRLSign") &&
         AddExtension(made, signer, NID_ext_key_usage, "serverAuth") &&
         AddExtension(made, signer, NID_name_constraints, NameConstraints(hosts)) &&
         AddExtension(made, signer, NID_subject_key_identifier, "hash") &&
         AddExtension(made, signer, NID_authority_key_identifier, "keyid:always") &&
         X509_sign(made, signer_key, EVP_sha256()) != 0;
}

}  // namespace

Result<KeyPair> MakeAuthority(const std::vector<std::string>& hosts, UnixTime now) {
  const ErrorScope scope;
  const Key root_key(EVP_EC_gen("P-256"));
  const Key key(EVP_EC_gen("P-256"));
  if (!root_key || !key) return Failure("make a key");
  const UnixTime from = now - kBackdating;
  const UnixTime to = now + kAuthorityLife;
  const Certificate root = Draft("timock certificate authority", root_key.get(), from, to);
  const Certificate issuer = Draft("timock issuer", key.get(), from, to);
  if (!SignAuthority(root.get(), root.get(), root_key.get(), "1", hosts) ||
      !SignAuthority(issuer.get(), root.get(), root_key.get(), "0", hosts)) {
    return Failure("make a certificate authority");
  }
  Result<KeyPair> pair = ToPem(issuer.get(), key.get());
  if (!pair) return pair;
  const Result<std::string> root_text = PemOf(root.get());
  if (!root_text) return root_text.error();
  pair.value().certificate += root_text.value();
  return pair;
}

Result<KeyPair> IssueCertificate(const KeyPair& authority, const std::vector<std::string>& hosts,
                                 UnixTime now) {
  const ErrorScope scope;
  const Result<Opened> opened = Open(authority);
  if (!opened) return opened.error();
  X509* const issuer = opened.value().certificates.front().get();
  const Key key(EVP_EC_gen("P-256"));
  if (!key) return Failure("make a key");
  const UnixTime from = now - kBackdating;
  const Certificate certificate = Draft("timock", key.get(), from, from + kServerLife);
  X509* const made = certificate.get();
  if (made == nullptr || X509_set_issuer_name(made, X509_get_subject_name(issuer)) != 1 ||
      !AddExtension(made, issuer, NID_basic_constraints, "critical,CA:FALSE") ||
      !AddExtension(made, issuer, NID_key_usage, "critical,digitalSignature") ||
      !AddExtension(made, issuer, NID_ext_key_usage, "serverAuth") ||
      !AddExtension(made, issuer, NID_subject_alt_name, AlternativeNames(hosts)) ||
      !AddExtension(made, issuer, NID_subject_key_identifier, "hash") ||
      !AddExtension(made, issuer, NID_authority_key_identifier, "keyid") ||
      X509_sign(made, opened.value().key.get(), EVP_sha256()) == 0) {
    return Failure("make a certificate");
  }
  const std::vector<Certificate>& chain = opened.value().certificates;
  const Result<Done> verified = Verify(made, chain, now, authority.certificate_origin);
  if (!verified) return verified.error();
  Result<KeyPair> pair = ToPem(made, key.get());
  for (std::size_t i = 0; pair && i + 1 < chain.size(); ++i) {
    const Result<std::string> text = PemOf(chain[i].get());
    if (!text) return text.error();
    pair.value().certificate += text.value();
  }
  return pair;
}

Result<std::string> RootOf(const KeyPair& chain) {
  const ErrorScope scope;
  const Result<std::vector<Certificate>> certificates = ReadCertificates(chain);
  if (!certificates) return certificates.error();
  return PemOf(certificates.value().back().get());
}

Result<KeyPair> ReadKeyPair(const KeyPair& texts) {
  const ErrorScope scope;
  const Result<Opened> opened = Open(texts);
  if (!opened) return opened.error();
  KeyPair pair = texts;
  pair.certificate.clear();
  for (const Certificate& certificate : opened.value().certificates) {
    Result<std::string> text = PemOf(certificate.get());
    if (!text) return text.error();
    pair.certificate += text.value();
  }
  Result<std::string> key = PemOf(opened.value().key.get());
  if (!key) return key.error();
  pair.key = std::move(key).value();
  return pair;
}

Result<std::string> MakeTrustStore(const std::string& certificate) {
  const ErrorScope scope;
  const Result<std::vector<Certificate>> certificates =
      ReadCertificates({.certificate = certificate, .key = {}});
  if (!certificates) return certificates.error();
  using Bags = STACK_OF(PKCS12_SAFEBAG);
  using Safes = STACK_OF(PKCS7);
  const std::unique_ptr<Bags, void (*)(Bags*)> bags(sk_PKCS12_SAFEBAG_new_null(), [](Bags* all) {
    sk_PKCS12_SAFEBAG_pop_free(all, PKCS12_SAFEBAG_free);
  });
  Bag bag(PKCS12_SAFEBAG_create_cert(certificates.value().front().get()));
  if (!bags || !bag || PKCS12_add_friendlyname_utf8(bag.get(), "timock", -1) != 1 ||
      !MarkAsTrusted(bag.get()) || sk_PKCS12_SAFEBAG_push(bags.get(), bag.get()) == 0) {
    return Failure("make a trust store");
  }
  bag.release();  // NOLINT(bugprone-unused-return-value): `bags` owns it
  Safes* safes = nullptr;
  // -1: not encrypted, it is public; SHA-1 is the one checksum that Java 8 knows, too.
  const bool added = PKCS12_add_safe(&safes, bags.get(), -1, 0, nullptr) == 1;
  const std::unique_ptr<Safes, void (*)(Safes*)> owner(
      safes, [](Safes* all) { sk_PKCS7_pop_free(all, PKCS7_free); });
  const Pkcs12 store(added ? PKCS12_add_safes(safes, 0) : nullptr);
  const Memory out(BIO_new(BIO_s_mem()));
  if (!store || !out ||
      PKCS12_set_mac(store.get(), kTrustStorePassword, -1, nullptr, 0, PKCS12_DEFAULT_ITER,
                     EVP_sha1()) != 1 ||
      i2d_PKCS12_bio(out.get(), store.get()) != 1) {
    return Failure("make a trust store");
  }
  return Content(out.get());
}

}  // namespace timock
