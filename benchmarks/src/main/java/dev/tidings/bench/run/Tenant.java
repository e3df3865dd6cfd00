package dev.tidings.bench.run;

import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.avro.Limit;
import dev.tidings.schemas.avro.ProviderKey;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.registry.RegistryConfig;
import dev.tidings.schemas.topic.LogTopics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A team with an app and a key, as an administrator would have made them, and a token of its
 * provider.
 *
 * @param id ten characters of A-Z and 0-9
 * @param authorization the header with the token, which is good for an hour
 */
public record Tenant(String id, String app, String authorization) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final int UNAUTHORIZED = 401;
  private static final int UNAVAILABLE = 503;

  /**
   * Makes a team, and waits until ingest-api knows it.
   *
   * @param perSecond how much it may send; 0: no limit
   */
  public static Tenant make(TestBed testBed, String id, String app, int perSecond)
      throws InterruptedException, IOException {
    KeyPair pair;
    String token;
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      pair = generator.generateKeyPair();
      token = token(pair, id);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    var stack = testBed.pipeline().stack();
    var registry = RegistryConfig.of(Map.of(RegistryConfig.URL, stack.registryUrl()));
    try (Producer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", stack.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        var client = new RegistryClient(registry)) {
      write(producer, client, "app", app, new App(id));
      // Before the key, with which the first request is accepted.
      write(producer, client, "limit", "team/" + id, new Limit(perSecond, 1));
      ByteBuffer publicKey = ByteBuffer.wrap(pair.getPublic().getEncoded());
      var key = new ProviderKey(id, publicKey, null, Instant.now(), null);
      write(producer, client, "provider-key", id, key);
    }
    var made = new Tenant(id, app, "bearer " + token);
    made.awaitKnown(testBed);
    return made;
  }

  private static <E extends SpecificRecord> void write(
      Producer<byte[], byte[]> producer, RegistryClient registry, String kind, String name, E entry)
      throws InterruptedException {
    String topic = LogTopics.CONTROL.name();
    try (AvroSerializer<E> serializer = new AvroSerializer<>(registry)) {
      byte[] key = (kind + '/' + name).getBytes(StandardCharsets.UTF_8);
      byte[] value = serializer.serialize(topic + '-' + kind, entry);
      producer.send(new ProducerRecord<>(topic, key, value)).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String token(KeyPair pair, String id) throws GeneralSecurityException {
    String head = "{\"alg\":\"ES256\",\"kid\":\"%s\"}".formatted(id);
    String claims = "{\"iss\":\"%s\",\"iat\":%d}".formatted(id, Instant.now().getEpochSecond());
    String signed = base64(head) + '.' + base64(claims);
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(pair.getPrivate());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + '.' + BASE64.encodeToString(signature.sign());
  }

  private static String base64(String text) {
    return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A notification that nobody has sent is asked for. */
  private void awaitKnown(TestBed testBed) throws InterruptedException, IOException {
    URI uri = URI.create("http://" + testBed.ingest() + "/v1/notifications/" + UUID.randomUUID());
    HttpRequest request =
        HttpRequest.newBuilder(uri).header("authorization", authorization).build();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      // One for each attempt: a connection with too many refusals is closed.
      try (HttpClient http = HttpClient.newHttpClient()) {
        int status = http.send(request, BodyHandlers.discarding()).statusCode();
        if (status != UNAUTHORIZED && status != UNAVAILABLE) {
          return;
        }
        if (System.nanoTime() - end > 0) {
          throw new IllegalStateException("ingest-api answers " + status + " to team " + id);
        }
      }
      Thread.sleep(100);
    }
  }
}
