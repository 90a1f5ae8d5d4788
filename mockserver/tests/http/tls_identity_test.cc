#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>
#include <thread>

#include "app/folder.h"
#include "apps/hosts.h"
#include "http/authority.h"

namespace timock {
namespace {

using app::FileExists;
using app::Folder;
using app::ReadFile;
using std::chrono::days;
using testing::HasSubstr;
using testing::StartsWith;

using CertificatePtr = std::unique_ptr<X509, decltype(&X509_free)>;

CertificatePtr Parse(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> in(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free_all);
  return {PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr), &X509_free};
}

std::vector<std::string> Hosts() {
  std::vector<std::string> hosts = DocumentedHosts();
  hosts.emplace_back("localhost");
  return hosts;
}

UnixTime Now() { return SystemClock().Now(); }

unsigned ModeOf(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
}

bool Has(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

// What a program prints on both streams, and then its exit status.
std::string Output(const std::string& command) {
  std::string text;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(
      popen((command + " 2>&1; echo =$?").c_str(), "r"), &pclose);
  char buffer[4096];
  while (pipe && std::fgets(buffer, sizeof buffer, pipe.get()) != nullptr) {
    text += buffer;
  }
  return text;
}

long long DaysOfLife(X509* certificate) {
  int whole_days = 0;
  int seconds = 0;
  EXPECT_EQ(ASN1_TIME_diff(&whole_days, &seconds, X509_get0_notBefore(certificate),
                           X509_get0_notAfter(certificate)),
            1);
  EXPECT_EQ(seconds, 0);
  return whole_days;
}

// What follows the first certificate of a chain.
std::string IssuerIn(const std::string& chain) { return chain.substr(chain.find("-----BEGIN", 1)); }

class TlsIdentityTest : public testing::Test {
 protected:
  Result<TlsIdentity> Make() const { return MakeTlsIdentity({.state_directory = state_}); }
  std::string Refusal() const {
    const Result<TlsIdentity> made = Make();
    return made.ok() ? "" : made.error().Text();
  }
  // Puts an authority into the state directory, as an earlier start would have.
  void Keep(const KeyPair& authority) const {
    std::filesystem::create_directory(state_);
    std::filesystem::remove(state_ + "/ca-key.pem");
    folder_.Write("state/ca.pem", authority.certificate);
    folder_.Write("state/ca-key.pem", authority.key);
    chmod((state_ + "/ca-key.pem").c_str(), 0600);
  }
  std::string Pem() const { return state_ + "/ca.pem"; }

  Folder folder_;
  std::string state_ = folder_.Path("state");
};

TEST_F(TlsIdentityTest, ConstrainsTheAuthorityToWhatItServes) {
  const CertificatePtr authority = Parse(Make().value().ca_certificate);
  int critical = 0;
  const std::unique_ptr<NAME_CONSTRAINTS, decltype(&NAME_CONSTRAINTS_free)> constraints(
      static_cast<NAME_CONSTRAINTS*>(
          X509_get_ext_d2i(authority.get(), NID_name_constraints, &critical, nullptr)),
      &NAME_CONSTRAINTS_free);
  ASSERT_TRUE(constraints);
  EXPECT_EQ(critical, 1);
  EXPECT_EQ(constraints->excludedSubtrees, nullptr);
  std::multiset<std::string> names;
  for (int i = 0; i < sk_GENERAL_SUBTREE_num(constraints->permittedSubtrees); ++i) {
    const GENERAL_NAME* base = sk_GENERAL_SUBTREE_value(constraints->permittedSubtrees, i)->base;
    ASSERT_TRUE(base->type == GEN_DNS || base->type == GEN_IPADD);
    const ASN1_STRING* text = base->type == GEN_DNS ? base->d.dNSName : base->d.iPAddress;
    names.emplace(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                  static_cast<std::size_t>(ASN1_STRING_length(text)));
  }
  const std::vector<std::string> hosts = Hosts();
  std::multiset<std::string> expected(hosts.begin(), hosts.end());
  expected.emplace("\x7f\0\0\1\xff\xff\xff\xff", 8);
  expected.insert(std::string(15, '\0') + '\1' + std::string(16, '\xff'));
  EXPECT_EQ(names, expected);
  EXPECT_EQ(hosts.size(), 19U);
}

TEST_F(TlsIdentityTest, MakesAnAuthorityThatOnlySignsServers) {
  const CertificatePtr authority = Parse(Make().value().ca_certificate);
  EXPECT_EQ(X509_check_ca(authority.get()), 1);
  EXPECT_EQ(X509_get_pathlen(authority.get()), 1);
  EXPECT_EQ(X509_get_pathlen(Parse(IssuerIn(Make().value().certificate_chain)).get()), 0);
  EXPECT_EQ(X509_get_key_usage(authority.get()), std::uint32_t{KU_KEY_CERT_SIGN | KU_CRL_SIGN});
  EXPECT_EQ(X509_get_extended_key_usage(authority.get()), std::uint32_t{XKU_SSL_SERVER});
  EXPECT_NE(X509_get0_subject_key_id(authority.get()), nullptr);
  EXPECT_EQ(DaysOfLife(authority.get()), 3651);
  EXPECT_EQ(X509_check_issued(authority.get(), authority.get()), X509_V_OK);
}

TEST_F(TlsIdentityTest, CertifiesEveryDocumentedHostAndThisMachine) {
  const TlsIdentity identity = Make().value();
  const CertificatePtr leaf = Parse(identity.certificate_chain);
  for (const std::string& host : Hosts()) {
    EXPECT_EQ(X509_check_host(leaf.get(), host.c_str(), 0, 0, nullptr), 1) << host;
  }
  EXPECT_EQ(X509_check_ip_asc(leaf.get(), "127.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(leaf.get(), "::1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(leaf.get(), "127.0.0.2", 0), 0);
  for (const char* other : {"tim.qq.com", "x.console.tim.qq.com", "example.com", "timock"}) {
    EXPECT_EQ(X509_check_host(leaf.get(), other, 0, 0, nullptr), 0) << other;
  }
  EXPECT_EQ(X509_get_extended_key_usage(leaf.get()), std::uint32_t{XKU_SSL_SERVER});
  EXPECT_EQ(X509_check_ca(leaf.get()), 0);
  EXPECT_EQ(DaysOfLife(leaf.get()), 825);
  EXPECT_LT(X509_cmp_current_time(X509_get0_notBefore(leaf.get())), 0);
  const CertificatePtr issuer = Parse(IssuerIn(identity.certificate_chain));
  const CertificatePtr root = Parse(identity.ca_certificate);
  EXPECT_EQ(X509_check_issued(issuer.get(), leaf.get()), X509_V_OK);
  EXPECT_EQ(X509_check_issued(root.get(), issuer.get()), X509_V_OK);
  EXPECT_EQ(ASN1_OCTET_STRING_cmp(X509_get0_authority_key_id(leaf.get()),
                                  X509_get0_subject_key_id(issuer.get())),
            0);
}

TEST_F(TlsIdentityTest, RefusesToCertifyAnyOtherName) {
  const KeyPair authority = MakeAuthority(Hosts(), Now()).value();
  EXPECT_TRUE(IssueCertificate(authority, Hosts(), Now()).ok());
  for (const char* other : {"example.com", "qq.com", "tim.qq.com"}) {
    EXPECT_THAT(IssueCertificate(authority, {other}, Now()).error().Text(),
                HasSubstr("constrained to other hosts"))
        << other;
  }
}

// What `openssl verify` says to a certificate for `name` that the authority's key has signed.
std::string VerdictOnStolenKey(const Folder& folder, const std::string& state,
                               const std::string& name) {
  const std::string at = folder.Path("stolen");
  folder.Write("stolen.ext", "subjectAltName=" + name + "\nextendedKeyUsage=serverAuth\n");
  return Output(
      "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x "
      "-keyout " +
      at + ".key -out " + at + ".csr && openssl x509 -req -in " + at + ".csr -CA " + state +
      "/ca-key.pem -CAkey " + state + "/ca-key.pem -extfile " + at + ".ext -out " + at +
      ".pem && openssl verify -x509_strict -purpose sslserver -untrusted " + state +
      "/ca-key.pem -CAfile " + state + "/ca.pem " + at + ".pem");
}

TEST_F(TlsIdentityTest, StandsBeforeTheProgramOfOpenSslAndNoStolenKeyDoes) {
  if (!Has("openssl")) {
    GTEST_SKIP() << "no openssl program";
  }
  const std::string leaf = folder_.Write("leaf.pem", Make().value().certificate_chain);
  const auto verify = [&](const std::string& name) {
    return Output("openssl verify -x509_strict -purpose sslserver -untrusted " + leaf +
                  " -CAfile " + Pem() + " " + name + " " + leaf);
  };
  EXPECT_THAT(verify("-verify_hostname console.tim.qq.com"), HasSubstr(": OK\n=0"));
  EXPECT_THAT(verify("-verify_ip ::1"), HasSubstr(": OK\n=0"));
  EXPECT_THAT(verify("-verify_hostname example.com"), HasSubstr("hostname mismatch"));
  EXPECT_THAT(VerdictOnStolenKey(folder_, state_, "DNS:localhost"), HasSubstr(": OK\n=0"));
  for (const char* other : {"DNS:example.com", "DNS:evil-console.tim.qq.com", "IP:127.0.0.2",
                            "IP:10.0.0.1", "DNS:localhost,DNS:example.com"}) {
    EXPECT_THAT(VerdictOnStolenKey(folder_, state_, other),
                HasSubstr("permitted subtree violation"))
        << other;
  }
}

TEST_F(TlsIdentityTest, WritesTheAuthorityForItsOwnerAlone) {
  const mode_t usual = umask(0);
  ASSERT_TRUE(Make().ok());
  umask(usual);
  EXPECT_EQ(ModeOf(state_), 0700U);
  EXPECT_EQ(ModeOf(state_ + "/ca.pem"), 0644U);
  EXPECT_EQ(ModeOf(state_ + "/ca-key.pem"), 0600U);
  EXPECT_EQ(ModeOf(state_ + "/ca.p12"), 0644U);
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(state_)) {
    names.insert(entry.path().filename());
  }
  EXPECT_EQ(names, (std::set<std::string>{"ca-key.pem", "ca.lock", "ca.p12", "ca.pem"}));
}

TEST_F(TlsIdentityTest, MakesTheFoldersAboveTheStateDirectory) {
  EXPECT_TRUE(MakeTlsIdentity({.state_directory = state_ + "/a/b/"}).ok());
  EXPECT_EQ(ModeOf(state_ + "/a"), 0700U);
  EXPECT_TRUE(FileExists(state_ + "/a/b/ca.pem"));
}

TEST_F(TlsIdentityTest, KeepsTheAuthorityAndChangesTheCertificate) {
  const TlsIdentity first = Make().value();
  const TlsIdentity second = Make().value();
  EXPECT_EQ(first.ca_certificate, second.ca_certificate);
  EXPECT_EQ(first.ca_certificate, ReadFile(Pem()));
  EXPECT_NE(first.certificate_chain, second.certificate_chain);
  EXPECT_NE(first.key, second.key);
}

TEST_F(TlsIdentityTest, KeepsNothingWithoutAStateDirectory) {
  const TlsIdentity first = MakeTlsIdentity({}).value();
  const TlsIdentity second = MakeTlsIdentity({}).value();
  EXPECT_NE(first.ca_certificate, second.ca_certificate);
  EXPECT_NE(first.ca_certificate, "");
}

TEST_F(TlsIdentityTest, EndsWithOneAuthorityHoweverManyMakeItAtOnce) {
  std::vector<std::string> authorities(8);
  std::vector<std::thread> makers;
  makers.reserve(authorities.size());
  for (std::string& authority : authorities) {
    makers.emplace_back([&] { authority = Make().value().ca_certificate; });
  }
  for (std::thread& maker : makers) {
    maker.join();
  }
  EXPECT_EQ(std::set(authorities.begin(), authorities.end()).size(), 1U);
  EXPECT_EQ(authorities.front(), ReadFile(Pem()));
}

TEST_F(TlsIdentityTest, MakesTheAuthorityAnewAfterACrashBeforeItsLastFile) {
  std::filesystem::create_directory(state_);
  folder_.Write("state/ca-key.pem", "half");
  folder_.Write("state/ca.pem.new", "half");
  EXPECT_TRUE(Make().ok());
  EXPECT_EQ(ModeOf(state_ + "/ca-key.pem"), 0600U);
  EXPECT_FALSE(FileExists(state_ + "/ca.pem.new"));
}

TEST_F(TlsIdentityTest, GivesJavaATrustStoreAndRestoresALostOne) {
  const AuthorityFiles files = PrepareAuthority(state_).value();
  const std::string pem = ReadFile(files.certificate);
  std::filesystem::remove(files.trust_store);
  ASSERT_TRUE(PrepareAuthority(state_).ok());
  EXPECT_EQ(ReadFile(files.certificate), pem);
  const std::string der = ReadFile(files.trust_store);
  const auto* start = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<PKCS12, decltype(&PKCS12_free)> store(
      d2i_PKCS12(nullptr, &start, static_cast<long>(der.size())), &PKCS12_free);
  ASSERT_TRUE(store);
  EXPECT_EQ(PKCS12_verify_mac(store.get(), "changeit", -1), 1);
  // The Java attribute trustedKeyUsage, as DER: its OID, and a set of anyExtendedKeyUsage.
  EXPECT_THAT(der, HasSubstr("\x06\x0c\x60\x86\x48\x01\x86\xf9\x66\xad\xca\x7b\x01\x01\x31\x06"
                             "\x06\x04\x55\x1d\x25"));
}

TEST_F(TlsIdentityTest, IsTrustedByJava) {
  if (!Has("keytool")) {
    GTEST_SKIP() << "no keytool";
  }
  const AuthorityFiles files = PrepareAuthority(state_).value();
  EXPECT_THAT(Output("keytool -J-Duser.language=en -list -storetype PKCS12 -storepass changeit "
                     "-keystore " +
                     files.trust_store),
              HasSubstr("trustedCertEntry"));
}

TEST_F(TlsIdentityTest, TakesAnOwnChainAndKey) {
  const KeyPair root = MakeAuthority(Hosts(), Now()).value();
  const TlsIdentity leaf = IssueCertificate(root, {"localhost"}, Now()).value();
  const std::string chain = "subject: x\n" + leaf.certificate_chain + root.certificate;
  const TlsOptions options = {.certificate_file = folder_.Write("chain.pem", chain),
                              .key_file = folder_.Write("key.pem", leaf.key),
                              .state_directory = state_};
  const TlsIdentity identity = MakeTlsIdentity(options).value();
  EXPECT_EQ(identity.certificate_chain, leaf.certificate_chain + root.certificate);
  EXPECT_EQ(identity.key, leaf.key);
  EXPECT_EQ(identity.ca_certificate, "");
  EXPECT_FALSE(FileExists(state_));
  // One file with both in it.
  const std::string both = folder_.Write("both.pem", leaf.key + leaf.certificate_chain);
  EXPECT_TRUE(MakeTlsIdentity({.certificate_file = both, .key_file = both}).ok());
}

TEST_F(TlsIdentityTest, SaysWhatIsWrongWithOwnFiles) {
  const KeyPair one = MakeAuthority({"localhost"}, Now()).value();
  const KeyPair other = MakeAuthority({"localhost"}, Now()).value();
  const std::string good = folder_.Write("good.pem", one.certificate);
  const std::string key = folder_.Write("key.pem", one.key);
  const std::string none = folder_.Path("none.pem");
  const std::string empty = folder_.Write("empty.pem", "");
  const std::string cut = folder_.Write("cut.pem", one.certificate.substr(0, 200));
  const std::string bad = folder_.Write("bad.pem",
                                        "-----BEGIN CERTIFICATE-----\nAAAA\n"
                                        "-----END CERTIFICATE-----\n");
  const std::string second =
      folder_.Write("second.pem", one.certificate + one.certificate.substr(0, 200));
  const std::string large = folder_.Write("large.pem", std::string(2'000'000, 'x'));
  const std::string other_key = folder_.Write("other.pem", other.key);
  const std::string cut_key = folder_.Write("cut-key.pem", one.key.substr(0, 60));
  struct Case {
    std::string certificate;
    std::string key;
    std::string refusal;
  };
  const std::vector<Case> cases = {
      {good, "", good + ": given without its key file; expected both or none"},
      {"", key, key + ": given without its certificate file; expected both or none"},
      {none, key, none + ": cannot read it: No such file or directory"},
      {good, none, none + ": cannot read it: No such file or directory"},
      {folder_.Path(""), key, folder_.Path("") + ": cannot read it: Is a directory"},
      {empty, key, empty + ": no certificate in it; expected PEM"},
      {key, key, key + ": no certificate in it; expected PEM"},
      {cut, key, cut + ": certificate 1 is broken ("},
      {bad, key, bad + ": certificate 1 is broken ("},
      {second, key, second + ": certificate 3 is broken ("},
      {large, key, large + ": larger than the 1048576 bytes allowed"},
      {good, empty, empty + ": no key in it; expected PEM"},
      {good, good, good + ": no key in it; expected PEM"},
      {good, cut_key, cut_key + ": the key is broken ("},
      {good, other_key, other_key + ": not the key of " + good},
  };
  for (const Case& bad_case : cases) {
    const Result<TlsIdentity> made =
        MakeTlsIdentity({.certificate_file = bad_case.certificate, .key_file = bad_case.key});
    ASSERT_FALSE(made.ok()) << bad_case.refusal;
    EXPECT_THAT(made.error().Text(), StartsWith(bad_case.refusal));
    EXPECT_EQ(ERR_peek_error(), 0UL) << "left for the next user of this thread";
  }
}

TEST_F(TlsIdentityTest, RefusesAKeyWithAPassphraseWithoutAsking) {
  const KeyPair pair = MakeAuthority({"localhost"}, Now()).value();
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"),
                                                                &EVP_PKEY_free);
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new(BIO_s_mem()), &BIO_free_all);
  const unsigned char secret[] = "secret";
  ASSERT_EQ(PEM_write_bio_PrivateKey(out.get(), key.get(), EVP_aes_128_cbc(), secret, 6, nullptr,
                                     nullptr),
            1);
  std::string text(4096, '\0');
  text.resize(static_cast<std::size_t>(BIO_read(out.get(), text.data(), 4096)));
  const std::string path = folder_.Write("locked.pem", text);
  EXPECT_THAT(
      MakeTlsIdentity(
          {.certificate_file = folder_.Write("c.pem", pair.certificate), .key_file = path})
          .error()
          .message,
      StartsWith(path + ": the key needs a passphrase; expected one without (`openssl pkey"));
}

TEST_F(TlsIdentityTest, SaysHowToRenewAnAuthorityOfThePast) {
  const std::string renewal =
      "; delete " + Pem() +
      ", and the next start makes a new authority, which clients have to "
      "trust again; or keep this one and name another folder with --state-dir";
  Keep(MakeAuthority(Hosts(), Now() - days{3651}).value());
  EXPECT_EQ(Refusal(), Pem() + ": the certificate authority has expired" + renewal);
  Keep(MakeAuthority(Hosts(), Now() + days{2}).value());
  EXPECT_THAT(Refusal(), HasSubstr("is not valid yet by this machine's clock" + renewal));
  std::vector<std::string> fewer = Hosts();
  fewer.erase(fewer.begin() + 3);
  Keep(MakeAuthority(fewer, Now()).value());
  EXPECT_THAT(Refusal(),
              HasSubstr("constrained to other hosts than those that this server is for" + renewal));
  std::filesystem::remove(Pem());
  EXPECT_EQ(Refusal(), "");
}

TEST_F(TlsIdentityTest, UsesAnAuthorityUntilItsLastDay) {
  Keep(MakeAuthority(Hosts(), Now() - days{3649}).value());
  EXPECT_EQ(Refusal(), "");
}

TEST_F(TlsIdentityTest, SaysWhatIsWrongWithABrokenAuthority) {
  const KeyPair good = MakeAuthority(Hosts(), Now()).value();
  const KeyPair other = MakeAuthority(Hosts(), Now()).value();
  const TlsIdentity leaf = IssueCertificate(good, Hosts(), Now()).value();
  const std::string key = state_ + "/ca-key.pem";
  const std::string renewal = "; delete " + Pem() + ", and the next start makes a new authority";
  Keep({.certificate = "", .key = good.key});
  EXPECT_THAT(Refusal(), StartsWith(Pem() + ": no certificate in it; expected PEM"));
  EXPECT_THAT(Refusal(), HasSubstr(renewal));
  Keep({.certificate = good.certificate, .key = "half"});
  EXPECT_THAT(Refusal(), StartsWith(key + ": no key in it; expected PEM"));
  Keep({.certificate = good.certificate, .key = other.key});
  EXPECT_THAT(Refusal(), StartsWith(key + ": not the key of " + Pem()));
  Keep({.certificate = leaf.certificate_chain, .key = leaf.key});
  EXPECT_THAT(Refusal(), StartsWith(Pem() + ": not a certificate authority of timock's ("));
  EXPECT_THAT(Refusal(), HasSubstr(renewal));
  Keep(good);
  std::filesystem::remove(key);
  EXPECT_THAT(Refusal(), StartsWith(key + ": cannot read it: No such file or directory" + renewal));
}

TEST_F(TlsIdentityTest, RefusesAKeyThatOthersMayRead) {
  ASSERT_TRUE(Make().ok());
  const std::string key = state_ + "/ca-key.pem";
  const std::string refusal =
      key + ": others may read or write the key; run `chmod 600 " + key + "`, or";
  for (const mode_t mode : {0640U, 0604U, 0602U, 0660U}) {
    ASSERT_EQ(chmod(key.c_str(), mode), 0);
    EXPECT_THAT(Refusal(), StartsWith(refusal));
  }
  ASSERT_EQ(chmod(key.c_str(), 0600), 0);
  EXPECT_EQ(Refusal(), "");
}

TEST_F(TlsIdentityTest, NamesAStateDirectoryThatCannotBe) {
  const std::string file = folder_.Write("file", "");
  EXPECT_THAT(MakeTlsIdentity({.state_directory = file + "/state"}).error().Text(),
              StartsWith("state directory " + file + "/state: cannot make it: Not a directory"));
  EXPECT_THAT(MakeTlsIdentity({.state_directory = file}).error().Text(),
              StartsWith(file + "/ca.lock: cannot open it: Not a directory"));
}

}  // namespace
}  // namespace timock
