#include "http/tls_identity.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "http/certificate_authority.h"
#include "http/socket.h"
#include "http/whole_file.h"

namespace timock {
namespace {

constexpr std::size_t kMaxPemBytes = std::size_t{1024} * 1024;
constexpr mode_t kPublic = 0644;
constexpr mode_t kSecret = 0600;
constexpr mode_t kOthers = S_IRWXG | S_IRWXO;

using Hosts = std::vector<std::string>;

Hosts CertifiedHosts(const Hosts& hosts) {
  Hosts certified = hosts;
  certified.emplace_back("localhost");
  return certified;
}

Error FileError(const std::string& path, const char* doing) {
  return Error{path + ": cannot " + doing + ": " + std::strerror(errno)};
}

// What to do about an authority that cannot be used.
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

// To be called under the lock, which makes the temporary name ours.
Result<Done> WriteFile(const std::string& path, const std::string& text, mode_t mode) {
  const auto written = WriteWholeFile(path, text, mode, path + ".new");
  return written ? Result<Done>(Done{}) : written.error();
}

bool Exists(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

// Makes a folder and those above it, none of them for others.
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

Result<Done> WriteTrustStore(const AuthorityFiles& files, const std::string& certificate) {
  const Result<std::string> trust_store = MakeTrustStore(certificate);
  if (!trust_store) return WithRenewal(trust_store.error(), files);
  return WriteFile(files.trust_store, trust_store.value(), kPublic);
}

Result<Done> MakeMissing(const std::string& folder, const AuthorityFiles& files, const Hosts& hosts,
                         UnixTime now) {
  if (Exists(files.certificate)) return Done{};
  if (Result<Done> made = MakeFolder(folder); !made) return made;
  return Locked(folder, [&]() -> Result<Done> {
    if (Exists(files.certificate)) return Done{};  // another process was faster
    const Result<KeyPair> authority = MakeAuthority(CertifiedHosts(hosts), now);
    if (!authority) return authority.error();
    const Result<std::string> root = RootOf(authority.value());
    if (!root) return root.error();
    // Clients trust the root alone; the issuer stands with its key.
    const std::string& chain = authority.value().certificate;
    const std::string issuer = chain.substr(0, chain.size() - root.value().size());
    Result<Done> written = WriteFile(files.key, authority.value().key + issuer, kSecret);
    if (written) written = WriteTrustStore(files, root.value());
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

Result<KeyPair> OpenAuthority(const std::string& folder, const AuthorityFiles& files,
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

Result<TlsIdentity> IssueIdentity(const KeyPair& authority, const Hosts& hosts, UnixTime now) {
  Result<KeyPair> issued = IssueCertificate(authority, CertifiedHosts(hosts), now);
  if (!issued) return issued.error();
  Result<std::string> root = RootOf(authority);
  if (!root) return root.error();
  return TlsIdentity{std::move(issued.value().certificate), std::move(issued.value().key),
                     std::move(root).value()};
}

Result<TlsIdentity> IdentityOfFolder(const std::string& folder, const Hosts& hosts, UnixTime now) {
  const AuthorityFiles files = AuthorityFilesIn(folder);
  const Result<KeyPair> authority = OpenAuthority(folder, files, hosts, now);
  if (!authority) return authority.error();
  Result<TlsIdentity> identity = IssueIdentity(authority.value(), hosts, now);
  if (!identity) return WithRenewal(identity.error(), files);
  return identity;
}

Result<TlsIdentity> OwnIdentity(const TlsOptions& options) {
  if (options.certificate_file.empty() || options.key_file.empty()) {
    const bool has_key = options.certificate_file.empty();
    return Error{(has_key ? options.key_file : options.certificate_file) + ": given without " +
                 (has_key ? "its certificate file" : "its key file") + "; expected both or none"};
  }
  Result<std::string> certificate = ReadFile(options.certificate_file);
  if (!certificate) return certificate.error();
  Result<std::string> key = ReadFile(options.key_file);
  if (!key) return key.error();
  Result<KeyPair> pair = ReadKeyPair({std::move(certificate).value(), std::move(key).value(),
                                      options.certificate_file, options.key_file});
  if (!pair) return pair.error();
  return TlsIdentity{std::move(pair.value().certificate), std::move(pair.value().key), {}};
}

}  // namespace

AuthorityFiles AuthorityFilesIn(const std::string& state_directory) {
  return {state_directory + "/ca.pem", state_directory + "/ca-key.pem",
          state_directory + "/ca.p12"};
}

Result<AuthorityFiles> PrepareAuthority(const std::string& state_directory, const Hosts& hosts) {
  const Result<TlsIdentity> identity =
      IdentityOfFolder(state_directory, hosts, SystemClock().Now());
  if (!identity) return identity.error();
  AuthorityFiles files = AuthorityFilesIn(state_directory);
  if (!Exists(files.trust_store)) {
    const Result<Done> written = Locked(
        state_directory, [&] { return WriteTrustStore(files, identity.value().ca_certificate); });
    if (!written) return written.error();
  }
  return files;
}

Result<TlsIdentity> MakeTlsIdentity(const TlsOptions& options, const Hosts& hosts) {
  if (!options.certificate_file.empty() || !options.key_file.empty()) {
    return OwnIdentity(options);
  }
  const UnixTime now = SystemClock().Now();
  if (!options.state_directory.empty()) {
    return IdentityOfFolder(options.state_directory, hosts, now);
  }
  const Result<KeyPair> authority = MakeAuthority(CertifiedHosts(hosts), now);
  if (!authority) return authority.error();
  return IssueIdentity(authority.value(), hosts, now);
}

}  // namespace timock
