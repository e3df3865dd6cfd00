package dev.tidings.ingest;

import dev.tidings.control.ControlKey;
import dev.tidings.control.ControlKind;
import dev.tidings.control.LimitEntries;
import dev.tidings.schemas.avro.ApiKey;
import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.avro.Limit;
import dev.tidings.schemas.avro.ProviderKey;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.topic.LogTopics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** A team as its administrator and its providers have it: entries of control, and secrets. */
final class ProviderTeam {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

  private final Cluster cluster;
  private final String id;

  ProviderTeam(Cluster cluster, String id) {
    this.cluster = cluster;
    this.id = id;
  }

  void addApp(String app) throws Exception {
    write(ControlKind.APP, app, new App(id));
  }

  /** Makes a key pair; its public key is known from now on. */
  KeyPair addKey(String kid, String... apps) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    write(
        ControlKind.PROVIDER_KEY,
        kid,
        new ProviderKey(
            id,
            ByteBuffer.wrap(pair.getPublic().getEncoded()),
            apps.length == 0 ? null : List.of(apps),
            CREATED,
            null));
    return pair;
  }

  /** Makes an API key; returns the whole of it. */
  String addApiKey(String name, String... apps) throws Exception {
    String whole = "tid_" + name + "_s3cret-of_" + name;
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(whole.getBytes(StandardCharsets.UTF_8));
    write(
        ControlKind.API_KEY,
        name,
        new ApiKey(
            id, ByteBuffer.wrap(hash), apps.length == 0 ? null : List.of(apps), CREATED, null));
    return whole;
  }

  /** Limits what is sent on its behalf; returns the name of the entry. */
  String limit(int perSecond, int seconds) throws Exception {
    String name = LimitEntries.TEAM + id;
    write(ControlKind.LIMIT, name, new Limit(perSecond, seconds));
    return name;
  }

  void revoke(ControlKind<?> kind, String name) throws Exception {
    cluster.appendBytes(LogTopics.CONTROL, ControlKey.of(kind, name).bytes(), null);
  }

  private <E extends SpecificRecord> void write(ControlKind<E> kind, String name, E entry)
      throws Exception {
    ControlKey key = ControlKey.of(kind, name);
    try (RegistryClient registry =
            new RegistryClient(
                RegistryConfig.of(Map.of(RegistryConfig.URL, cluster.registryUrl())));
        AvroSerializer<E> serializer = new AvroSerializer<>(registry)) {
      cluster.appendBytes(
          LogTopics.CONTROL,
          key.bytes(),
          serializer.serialize(key.serialisedAs(LogTopics.CONTROL.name()), entry));
    }
  }

  /** A provider token. */
  String token(KeyPair pair, String kid, long issuedAt) throws Exception {
    String signed =
        base64("{\"alg\":\"ES256\",\"kid\":\"" + kid + "\"}")
            + '.'
            + base64("{\"iss\":\"" + id + "\",\"iat\":" + issuedAt + '}');
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(pair.getPrivate());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + '.' + BASE64.encodeToString(signature.sign());
  }

  private static String base64(String text) {
    return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
