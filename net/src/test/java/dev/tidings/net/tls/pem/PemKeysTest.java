package dev.tidings.net.tls.pem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.DSAKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.interfaces.DHKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G92 of docs/guarantees.md. */
class PemKeysTest {
  private static String pem(String kind, byte[] der) {
    return "some text before it\n-----BEGIN "
        + kind
        + "-----\n"
        + Base64.getMimeEncoder().encodeToString(der)
        + "\n-----END "
        + kind
        + "-----\n";
  }

  private static void signs(PrivateKey key, KeyPair pair, String algorithm) throws Exception {
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update((byte) 1);
    byte[] signed = signature.sign();
    signature.initVerify(pair.getPublic());
    signature.update((byte) 1);
    assertThat(signature.verify(signed)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {2048, 4096})
  void an_rsa_key_is_read_in_pkcs8_and_in_pkcs1(int bits) throws Exception {
    KeyPair pair = rsa(bits);
    byte[] pkcs8 = pair.getPrivate().getEncoded();
    // SEQUENCE, version, algorithm (15 bytes), OCTET STRING with a length of two bytes.
    byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 4 + 3 + 15 + 4, pkcs8.length);

    signs(PemKeys.read("key", pem("PRIVATE KEY", pkcs8)), pair, "SHA256withRSA");
    signs(PemKeys.read("key", pem("RSA PRIVATE KEY", pkcs1)), pair, "SHA256withRSA");
  }

  /** Of two primes that Java has for other ends: to find such takes many seconds. */
  private static KeyPair rsa(int bits) throws GeneralSecurityException {
    BigInteger p = ((DHKey) generated("DH", bits / 2).getPublic()).getParams().getP();
    BigInteger q = ((DSAKey) generated("DSA", bits / 2).getPublic()).getParams().getP();
    BigInteger one = BigInteger.ONE;
    BigInteger e = RSAKeyGenParameterSpec.F4;
    BigInteger d = e.modInverse(p.subtract(one).multiply(q.subtract(one)));
    KeyFactory keys = KeyFactory.getInstance("RSA");
    return new KeyPair(
        keys.generatePublic(new RSAPublicKeySpec(p.multiply(q), e)),
        keys.generatePrivate(
            new RSAPrivateCrtKeySpec(
                p.multiply(q),
                e,
                d,
                p,
                q,
                d.mod(p.subtract(one)),
                d.mod(q.subtract(one)),
                q.modInverse(p))));
  }

  private static KeyPair generated(String algorithm, int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  @Test
  void an_ec_key_is_read_in_pkcs8_and_in_sec1_with_its_parameters_before_it() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    byte[] curve = {6, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 3, 1, 7};
    byte[] secret = secret(((java.security.interfaces.ECPrivateKey) pair.getPrivate()));
    byte[] sec1 = new byte[2 + 3 + 2 + 32 + 2 + curve.length];
    System.arraycopy(new byte[] {0x30, (byte) (sec1.length - 2), 2, 1, 1, 4, 32}, 0, sec1, 0, 7);
    System.arraycopy(secret, 0, sec1, 7, 32);
    sec1[39] = (byte) 0xa0;
    sec1[40] = (byte) curve.length;
    System.arraycopy(curve, 0, sec1, 41, curve.length);

    signs(
        PemKeys.read("key", pem("PRIVATE KEY", pair.getPrivate().getEncoded())),
        pair,
        "SHA256withECDSA");
    signs(
        PemKeys.read("key", pem("EC PARAMETERS", curve) + pem("EC PRIVATE KEY", sec1)),
        pair,
        "SHA256withECDSA");
  }

  private static byte[] secret(java.security.interfaces.ECPrivateKey key) {
    byte[] number = key.getS().toByteArray();
    byte[] secret = new byte[32];
    int length = Math.min(32, number.length);
    System.arraycopy(number, number.length - length, secret, 32 - length, length);
    return secret;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\n"
            + "Proc-Type: 4,ENCRYPTED\n\n"
            + "AAAA\n"
            + "-----END RSA PRIVATE KEY-----"
      })
  void a_key_with_a_passphrase_is_refused_by_name(String pem) {
    assertThatThrownBy(() -> PemKeys.read("server.key", pem))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessage("server.key is encrypted (expected: a key without a passphrase)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MA==", "MIIBAA==", "MIT/////AgEB", "MAUCAQEEggA="})
  void what_is_damaged_is_refused_whatever_its_kind(String base64) {
    for (String kind : new String[] {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"}) {
      String pem = "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----";
      assertThatThrownBy(() -> PemKeys.read("key", pem)).isInstanceOf(InvalidKeyException.class);
    }
  }

  @Test
  void a_file_without_a_key_is_told_what_was_expected() {
    assertThatThrownBy(() -> PemKeys.read("key", "-----BEGIN CERTIFICATE-----"))
        .hasMessageContaining("expected: BEGIN PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY");
  }
}
