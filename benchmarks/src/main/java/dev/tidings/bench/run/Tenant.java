package dev.tidings.bench.run;

import dev.tidings.control.Administration;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlWriter.Author;
import dev.tidings.control.decide.AppEntries;
import dev.tidings.control.decide.KeyScope;
import dev.tidings.control.decide.ProviderKeys;
import dev.tidings.control.decide.Teams;
import dev.tidings.control.decide.TenantLimits;
import dev.tidings.infra.stack.LocalStack;
import dev.tidings.schemas.avro.Limit;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.schemas.value.AppId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
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
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;

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
    try (Administration admin = administration(testBed.pipeline().stack())) {
      ControlEntries entries = admin.entries();
      Instant now = Instant.now();
      admin.settle(Teams.create(entries, id, Optional.of(id), now));
      admin.settle(AppEntries.add(entries, new AppId(app), id).orElseThrow());
      // Before the key, with which the first request is accepted.
      admin.settle(TenantLimits.setForTeam(entries, id, new Limit(perSecond, 1)));
      KeyScope scope = KeyScope.of(entries, id, Optional.empty());
      admin.settle(ProviderKeys.register(entries, scope, pair.getPublic(), Optional.of(id), now));
    }
    var made = new Tenant(id, app, "bearer " + token);
    made.awaitKnown(testBed);
    return made;
  }

  private static Administration administration(LocalStack stack) throws InterruptedException {
    Map<String, String> properties =
        Map.of(
            "bootstrap.servers", stack.bootstrapServers(), RegistryConfig.URL, stack.registryUrl());
    return Administration.open(
        Admin.create(Map.of("bootstrap.servers", stack.bootstrapServers())),
        properties,
        RegistryConfig.of(properties),
        TopicNames.PLAIN,
        new Author("bench", "localhost"));
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
