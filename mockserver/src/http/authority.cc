#include "http/authority.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "http/socket.h"
#include "http/whole_file.h"

namespace timock {
namespace {

using std::chrono::days;
using Hosts = std::vector<std::string>;

constexpr days kBackdating{1};
constexpr days kAuthorityLife{3650};
constexpr days kServerLife{825};  // the maximum that Apple's clients accept
constexpr std::size_t kMaxPemBytes = std::size_t{1024} * 1024;
constexpr mode_t kPublic = 0644;
constexpr mode_t kSecret = 0600;
constexpr mode_t kOthers = S_IRWXG | S_IRWXO;

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
using Certificates = std::vector<Certificate>;

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

Memory Reader(const std::string& text) {
  return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// What `write` writes to a BIO; `doing` names that for the Error.
template <typename Write>
Result<std::string> WrittenBy(const char* doing, const Write& write) {
  const Memory out(BIO_new(BIO_s_mem()));
  if (!out || !write(out.get())) return Failure(doing);
  char* data = nullptr;
  const auto size = BIO_ctrl(out.get(), BIO_CTRL_INFO, 0, &data);
  return std::string(data, static_cast<std::size_t>(size));
}

Result<std::string> PemOf(std::span<const Certificate> certificates) {
  return WrittenBy("write a certificate", [&](BIO* out) {
    return std::all_of(certificates.begin(), certificates.end(), [out](const Certificate& one) {
      return PEM_write_bio_X509(out, one.get()) == 1;
    });
  });
}

Result<std::string> PemOf(EVP_PKEY* key) {
  return WrittenBy("write a key", [&](BIO* out) {
    return PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr) == 1;
  });
}

// `certificates`, and the key of the first.
Result<KeyPair> ToPem(std::span<const Certificate> certificates, EVP_PKEY* key) {
  Result<std::string> chain = PemOf(certificates);
  if (!chain) return chain.error();
  Result<std::string> key_text = PemOf(key);
  if (!key_text) return key_text.error();
  return KeyPair{.certificate = std::move(chain).value(), .key = std::move(key_text).value()};
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

std::string NameConstraints(const Hosts& hosts) {
  std::string value = "critical";
  for (const std::string& host : hosts) value += ",permitted;DNS:" + host;
  return value + ",permitted;IP:127.0.0.1/255.255.255.255" +
         ",permitted;IP:::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
}

std::string AlternativeNames(const Hosts& hosts) {
  std::string value;
  for (const std::string& host : hosts) value += "DNS:" + host + ",";
  return value + "IP:127.0.0.1,IP:::1";
}

Result<Certificates> ReadCertificates(const KeyPair& texts) {
  const Memory in = Reader(texts.certificate);
  if (!in) return Failure("read a certificate");
  Certificates certificates;
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

// A chain and the key of its first certificate; that of an authority is issuer, root.
struct Credentials {
  Certificates certificates;
  Key key;
};

Result<Credentials> Open(const KeyPair& texts) {
  Result<Certificates> certificates = ReadCertificates(texts);
  if (!certificates) return certificates.error();
  Result<Key> key = ReadKey(texts);
  if (!key) return key.error();
  if (X509_check_private_key(certificates.value().front().get(), key.value().get()) != 1) {
    return Error{texts.key_origin + ": not the key of " + texts.certificate_origin +
                 "; expected that of the first certificate in it"};
  }
  return Credentials{std::move(certificates).value(), std::move(key).value()};
}

// Whether a client that trusts the last of `authority` accepts `certificate` as a server's.
Result<Done> Verify(X509* certificate, const Certificates& authority, UnixTime now,
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
      return Error{origin + ": not a certificate authority of timock's (" +
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

Result<std::string> TrustStoreOf(X509* certificate) {
  using Bags = STACK_OF(PKCS12_SAFEBAG);
  using Safes = STACK_OF(PKCS7);
  const std::unique_ptr<Bags, void (*)(Bags*)> bags(sk_PKCS12_SAFEBAG_new_null(), [](Bags* all) {
    sk_PKCS12_SAFEBAG_pop_free(all, PKCS12_SAFEBAG_free);
  });
  Bag bag(PKCS12_SAFEBAG_create_cert(certificate));
  if (!bags || !bag || PKCS12_add_friendlyname_utf8(bag.get(), "timock", -1) != 1 ||
      !MarkAsTrusted(bag.get()) || sk_PKCS12_SAFEBAG_push(bags.get(), bag.get()) == 0) {
    return Failure("make a trust store");
  }
  bag.release();  // NOLINT(bugprone-unused-return-value): `bags` owns it
  Safes* safes = nullptr;
  // -1: not encrypted, because it is public; SHA-1 is the only checksum that Java 8 knows, too.
  const bool added = PKCS12_add_safe(&safes, bags.get(), -1, 0, nullptr) == 1;
  const std::unique_ptr<Safes, void (*)(Safes*)> owner(
      safes, [](Safes* all) { sk_PKCS7_pop_free(all, PKCS7_free); });
  const Pkcs12 store(added ? PKCS12_add_safes(safes, 0) : nullptr);
  return WrittenBy("make a trust store", [&](BIO* out) {
    return store &&
           PKCS12_set_mac(store.get(), kTrustStorePassword, -1, nullptr, 0, PKCS12_DEFAULT_ITER,
                          EVP_sha1()) == 1 &&
           i2d_PKCS12_bio(out, store.get()) == 1;
  });
}

bool SignAuthority(X509* made, X509* signer, EVP_PKEY* signer_key, const std::string& path_length,
                   const Hosts& hosts) {
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

Result<Credentials> NewAuthority(const Hosts& hosts, UnixTime now) {
  const Key root_key(EVP_EC_gen("P-256"));
  Key key(EVP_EC_gen("P-256"));
  if (!root_key || !key) return Failure("make a key");
  const UnixTime from = now - kBackdating;
  const UnixTime to = now + kAuthorityLife;
  Certificate root = Draft("timock certificate authority", root_key.get(), from, to);
  Certificate issuer = Draft("timock issuer", key.get(), from, to);
  if (!SignAuthority(root.get(), root.get(), root_key.get(), "1", hosts) ||
      !SignAuthority(issuer.get(), root.get(), root_key.get(), "0", hosts)) {
    return Failure("make a certificate authority");
  }
  Credentials made{.certificates = {}, .key = std::move(key)};
  made.certificates.push_back(std::move(issuer));
  made.certificates.push_back(std::move(root));
  return made;
}

// `origin` names the authority in errors.
Result<TlsIdentity> Issue(const Credentials& authority, const std::string& origin,
                          const Hosts& hosts, UnixTime now) {
  const std::span<const Certificate> chain = authority.certificates;
  X509* const issuer = chain.front().get();
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
      X509_sign(made, authority.key.get(), EVP_sha256()) == 0) {
    return Failure("make a certificate");
  }
  if (const Result<Done> verified = Verify(made, authority.certificates, now, origin); !verified) {
    return verified.error();
  }
  const Result<KeyPair> leaf = ToPem({&certificate, 1}, key.get());
  if (!leaf) return leaf.error();
  const Result<std::string> issuers = PemOf(chain.first(chain.size() - 1));
  if (!issuers) return issuers.error();
  const Result<std::string> root = PemOf(chain.last(1));
  if (!root) return root.error();
  return TlsIdentity{leaf.value().certificate + issuers.value(), leaf.value().key, root.value()};
}

Hosts WithLocalhost(Hosts hosts) {
  hosts.emplace_back("localhost");
  return hosts;
}

Error FileError(const std::string& path, const char* doing) {
  return Error{path + ": cannot " + doing + ": " + std::strerror(errno)};
}

// Adds what to do about an authority that cannot be used.
Error WithRenewal(const Error& error, const AuthorityFiles& files) {
  return Error{error.message + "; delete " + files.certificate +
               ", and the next start makes a new authority, which clients have to trust again; or "
               "keep this one and name another folder with --state-dir"};
}

Result<std::string> ReadFile(const std::string& path) {
  Result<std::string> text = ReadWholeFile(path, kMaxPemBytes);
  if (text) return text;
  const std::string& reason = text.error().message;
  return Error{path + (text.error().code == Error::Code::kFull
                           ? ": " + reason + "; expected a PEM file"
                           : ": cannot read it: " + reason)};
}

// Call it under the lock, which makes the temporary name ours.
Result<Done> WriteFile(const std::string& path, const std::string& text, mode_t mode) {
  const auto written = WriteWholeFile(path, text, mode, path + ".new");
  return written ? Result<Done>(Done{}) : written.error();
}

bool Exists(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

// Makes a folder and its parents, none of them accessible to others.
Result<Done> MakeFolder(const std::string& path) {
  for (std::size_t end = 0; end != std::string::npos;) {
    end = path.find('/', end + 1);
    const std::string part = path.substr(0, end);
    if (mkdir(part.c_str(), 0700) != 0 && errno != EEXIST && end == std::string::npos) {
      return FileError("state directory " + path, "make it");
    }
  }
  return Done{};
}

// Runs `change` while no other process and no other thread changes the folder.
template <typename Change>
Result<Done> Locked(const std::string& folder, const Change& change) {
  const std::string path = folder + "/ca.lock";
  const Descriptor lock(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kSecret));
  if (!lock) return FileError(path, "open it");
  while (flock(lock.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return FileError(path, "lock it");
  }
  Result<Done> changed = change();
  if (!changed) return changed;
  const Descriptor directory(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || fsync(directory.get()) != 0) {
    return FileError("state directory " + folder, "write it");
  }
  return Done{};
}

Result<Done> WriteTrustStore(const AuthorityFiles& files, const Certificate& root) {
  const Result<std::string> trust_store = TrustStoreOf(root.get());
  if (!trust_store) return WithRenewal(trust_store.error(), files);
  return WriteFile(files.trust_store, trust_store.value(), kPublic);
}

Result<Done> MakeMissing(const std::string& folder, const AuthorityFiles& files, const Hosts& hosts,
                         UnixTime now) {
  if (Exists(files.certificate)) return Done{};
  if (Result<Done> made = MakeFolder(folder); !made) return made;
  return Locked(folder, [&]() -> Result<Done> {
    if (Exists(files.certificate)) return Done{};  // another process was faster
    const Result<Credentials> authority = NewAuthority(WithLocalhost(hosts), now);
    if (!authority) return authority.error();
    const std::span<const Certificate> chain = authority.value().certificates;
    const Result<KeyPair> issuer = ToPem(chain.first(1), authority.value().key.get());
    if (!issuer) return issuer.error();
    const Result<std::string> root = PemOf(chain.last(1));
    if (!root) return root.error();
    // Clients trust the root alone; the issuer is kept with its key. The root is written last.
    Result<Done> written =
        WriteFile(files.key, issuer.value().key + issuer.value().certificate, kSecret);
    if (written) written = WriteTrustStore(files, chain.back());
    if (written) written = WriteFile(files.certificate, root.value(), kPublic);
    return written;
  });
}

Result<Done> CheckSecrecy(const AuthorityFiles& files) {
  struct stat status {};
  if (stat(files.key.c_str(), &status) != 0) {
    const bool missing = errno == ENOENT;
    const Error error = FileError(files.key, "read it");
    return missing ? WithRenewal(error, files) : error;
  }
  if ((status.st_mode & kOthers) != 0) {
    return Error{files.key + ": others may read or write the key; run `chmod 600 " + files.key +
                 "`, or, if somebody may have done so, delete " + files.certificate +
                 ", and the next start makes a new authority"};
  }
  return Done{};
}

Result<KeyPair> ReadAuthority(const std::string& folder, const AuthorityFiles& files,
                              const Hosts& hosts, UnixTime now) {
  const Result<Done> made = MakeMissing(folder, files, hosts, now);
  if (!made) return made.error();
  const Result<Done> checked = CheckSecrecy(files);
  if (!checked) return checked.error();
  const Result<std::string> certificate = ReadFile(files.certificate);
  if (!certificate) return certificate.error();
  const Result<std::string> key = ReadFile(files.key);
  if (!key) return key.error();
  // The key's file has the issuer, which comes first.
  return KeyPair{key.value() + '\n' + certificate.value(), key.value(), files.certificate,
                 files.key};
}

struct KeptAuthority {
  Credentials credentials;
  TlsIdentity identity;
};

Result<KeptAuthority> UseAuthority(const std::string& folder, const Hosts& hosts, UnixTime now) {
  const AuthorityFiles files = AuthorityFilesIn(folder);
  const Result<KeyPair> texts = ReadAuthority(folder, files, hosts, now);
  if (!texts) return texts.error();
  Result<Credentials> authority = Open(texts.value());
  if (!authority) return WithRenewal(authority.error(), files);
  Result<TlsIdentity> identity =
      Issue(authority.value(), files.certificate, WithLocalhost(hosts), now);
  if (!identity) return WithRenewal(identity.error(), files);
  return KeptAuthority{std::move(authority).value(), std::move(identity).value()};
}

Result<TlsIdentity> SuppliedIdentity(const TlsOptions& options) {
  if (options.certificate_file.empty() || options.key_file.empty()) {
    const bool has_key = options.certificate_file.empty();
    return Error{(has_key ? options.key_file : options.certificate_file) + ": given without " +
                 (has_key ? "its certificate file" : "its key file") + "; expected both or none"};
  }
  Result<std::string> certificate = ReadFile(options.certificate_file);
  if (!certificate) return certificate.error();
  Result<std::string> key = ReadFile(options.key_file);
  if (!key) return key.error();
  const Result<Credentials> read = Open({std::move(certificate).value(), std::move(key).value(),
                                         options.certificate_file, options.key_file});
  if (!read) return read.error();
  Result<KeyPair> pair = ToPem(read.value().certificates, read.value().key.get());
  if (!pair) return pair.error();
  return TlsIdentity{std::move(pair.value().certificate), std::move(pair.value().key), {}};
}

}  // namespace

Result<KeyPair> MakeAuthority(const Hosts& hosts, UnixTime now) {
  const ErrorScope scope;
  const Result<Credentials> made = NewAuthority(hosts, now);
  if (!made) return made.error();
  return ToPem(made.value().certificates, made.value().key.get());
}

Result<TlsIdentity> IssueCertificate(const KeyPair& authority, const Hosts& hosts, UnixTime now) {
  const ErrorScope scope;
  const Result<Credentials> read = Open(authority);
  if (!read) return read.error();
  return Issue(read.value(), authority.certificate_origin, hosts, now);
}

AuthorityFiles AuthorityFilesIn(const std::string& state_directory) {
  return {state_directory + "/ca.pem", state_directory + "/ca-key.pem",
          state_directory + "/ca.p12"};
}

Result<AuthorityFiles> PrepareAuthority(const std::string& state_directory, const Hosts& hosts) {
  const ErrorScope scope;
  const Result<KeptAuthority> kept = UseAuthority(state_directory, hosts, SystemClock().Now());
  if (!kept) return kept.error();
  AuthorityFiles files = AuthorityFilesIn(state_directory);
  if (!Exists(files.trust_store)) {
    const Result<Done> written = Locked(state_directory, [&] {
      return WriteTrustStore(files, kept.value().credentials.certificates.back());
    });
    if (!written) return written.error();
  }
  return files;
}

Result<TlsIdentity> MakeTlsIdentity(const TlsOptions& options, const Hosts& hosts) {
  const ErrorScope scope;
  if (!options.certificate_file.empty() || !options.key_file.empty()) {
    return SuppliedIdentity(options);
  }
  const UnixTime now = SystemClock().Now();
  if (options.state_directory.empty()) {
    const Result<Credentials> authority = NewAuthority(WithLocalhost(hosts), now);
    if (!authority) return authority.error();
    return Issue(authority.value(), "certificate", WithLocalhost(hosts), now);
  }
  Result<KeptAuthority> kept = UseAuthority(options.state_directory, hosts, now);
  if (!kept) return kept.error();
  return std::move(kept).value().identity;
}

}  // namespace timock
