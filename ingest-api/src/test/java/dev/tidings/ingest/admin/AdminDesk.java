package dev.tidings.ingest.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.auth.admin.AdministratorDirectory;
import dev.tidings.auth.admin.AdministratorRole;
import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKey;
import dev.tidings.control.ControlKind;
import dev.tidings.control.ControlWriter.Author;
import dev.tidings.control.credential.BearerSecret;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.ConsoleParts;
import dev.tidings.ingest.admin.request.Decisions;
import dev.tidings.ingest.device.DeviceInformation;
import dev.tidings.ingest.erase.DeviceErasures;
import dev.tidings.ingest.erase.ErasureRequest;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.ingest.provider.AddressRefusals;
import dev.tidings.ingest.testing.Visitor;
import dev.tidings.schemas.avro.Erasure;
import dev.tidings.schemas.avro.ErasureState;
import dev.tidings.schemas.question.DeviceQuestion.InboxPage;
import dev.tidings.schemas.value.DeviceId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** The interface of administrators over entries in memory, as somebody sees it who asks. */
final class AdminDesk
    implements Decisions, ControlEntries, DeviceErasures, DeviceInformation, AutoCloseable {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  static final String ID = "ADM4567890";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final BearerSecret secret = BearerSecret.ofAdministrator(ID);
  private final Map<ControlKey, SpecificRecord> entries = new ConcurrentHashMap<>();

  /** The changes so far: who, from where, what. */
  final List<String> changes = new CopyOnWriteArrayList<>();

  final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Map<String, Known> erasures = new ConcurrentHashMap<>();
  volatile boolean away;
  volatile boolean complete = true;
  private final AtomicLong nanos = new AtomicLong(1);
  volatile AdministratorRole role = AdministratorRole.ADMIN;
  volatile boolean revoked;
  private final AdminApi api;

  AdminDesk() {
    this(ConsoleParts.NONE);
  }

  AdminDesk(ConsoleParts console) {
    api =
        new AdminApi(
            this,
            this,
            this,
            console,
            new AdministratorDirectory() {
              @Override
              public Optional<Credential> credential(String id) {
                return id.equals(ID) && !revoked
                    ? Optional.of(new Credential(secret.hash(), Optional.empty(), role))
                    : Optional.empty();
              }

              @Override
              public boolean isComplete() {
                return complete;
              }
            },
            Set.of("admin.example.com"),
            () -> NOW,
            new AddressRefusals(nanos::get),
            metrics);
  }

  /** An answer. */
  record Answer(Response response, boolean leaving) {
    int status() {
      return response.status().code();
    }

    String text() {
      return new String(response.body(), StandardCharsets.UTF_8);
    }

    JsonNode json() {
      try {
        return JSON.readTree(response.body());
      } catch (java.io.IOException e) {
        throw new AssertionError(text(), e);
      }
    }

    @Nullable String field(String name) {
      for (int i = 0; i < response.fields().length; i += 2) {
        if (response.fields()[i].contentEqualsIgnoreCase(name)) {
          return response.fields()[i + 1].toString();
        }
      }
      return null;
    }

    /** Asserts that it says what is wrong. */
    void names(int status, String field, String value, String expected) {
      assertThat(status()).as(text()).isEqualTo(status);
      assertThat(field("content-type")).isEqualTo("application/problem+json");
      assertThat(json().get("field").asText()).isEqualTo(field);
      assertThat(json().get("value").asText()).isEqualTo(value);
      assertThat(json().get("expected").asText()).contains(expected);
    }
  }

  void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  String bearer() {
    return "Bearer " + secret.reveal();
  }

  /** An administrator's request. */
  Answer ask(String method, String path, @Nullable String body) {
    return ask(
        method,
        path,
        body == null ? null : body.getBytes(StandardCharsets.UTF_8),
        "host",
        "localhost:8090",
        "content-type",
        "application/json",
        "authorization",
        bearer());
  }

  Answer get(String path) {
    return ask("GET", path, (String) null);
  }

  Answer post(String path, String body) {
    return ask("POST", path, body);
  }

  /** Any request; header names and values take turns. */
  Answer ask(String method, String path, byte @Nullable [] body, String... headers) {
    List<Map.Entry<CharSequence, CharSequence>> fields = new ArrayList<>();
    for (int i = 0; i < headers.length; i += 2) {
      fields.add(Map.entry(headers[i], headers[i + 1]));
    }
    Visitor visitor = new Visitor();
    BodyReader reader = api.service().serve(Request.of(method, path, fields), visitor);
    if (body != null) {
      int half = body.length / 2;
      reader.part(Unpooled.wrappedBuffer(body, 0, half), false);
      reader.part(Unpooled.wrappedBuffer(body, half, body.length - half), true);
    }
    reader.end();
    return new Answer(visitor.response.orTimeout(60, TimeUnit.SECONDS).join(), visitor.isLeaving());
  }

  @Override
  public synchronized <T> T take(Author author, Step<T> step) throws InterruptedException {
    return step.take(entries(), change -> write(author, change));
  }

  @Override
  public void note(Author author, String entry, String what) {
    if (away) {
      throw new KafkaException("the broker is away");
    }
    changes.add(author.who() + " " + author.from() + " " + what);
  }

  private void write(Author author, ControlChange<?> change) {
    changes.add(author.who() + " " + author.from() + " " + change.what());
    ControlKey key = ControlKey.of(change.kind(), change.name());
    change.entry().ifPresentOrElse(entry -> entries.put(key, entry), () -> entries.remove(key));
  }

  @Override
  public ControlEntries entries() {
    if (away) {
      throw new KafkaException("the broker is away");
    }
    return this;
  }

  @Override
  public <E extends SpecificRecord> Optional<E> entry(ControlKind<E> kind, String name) {
    return Optional.ofNullable(entries.get(ControlKey.of(kind, name))).map(kind.type()::cast);
  }

  @Override
  public <E extends SpecificRecord> SortedMap<String, E> entries(ControlKind<E> kind) {
    SortedMap<String, E> found = new TreeMap<>();
    entries.forEach((key, entry) -> {
      if (key.kind().equals(kind.name())) {
        found.put(key.name(), kind.type().cast(entry));
      }
    });
    return found;
  }

  @Override
  public String request(ErasureRequest request) {
    changes.add(request.who() + " " + request.from() + " erases " + request.device());
    String id = "erasure-" + erasures.size();
    Erasure erasure =
        new Erasure(
            NOW.toEpochMilli(),
            request.team(),
            request.apps(),
            ErasureState.REQUESTED,
            List.of(),
            List.of());
    erasures.put(id, new Known(id, request.device(), erasure));
    return id;
  }

  @Override
  public Optional<Known> find(String id) {
    return Optional.ofNullable(erasures.get(id));
  }

  @Override
  public boolean isSettled(String id) {
    return !id.equals("recent");
  }

  @Override
  public Response device(DeviceId device, @Nullable List<String> apps) {
    return JsonAnswer.ok(out -> JsonAnswer.text(out, "device", device + " of " + apps));
  }

  @Override
  public Response inbox(DeviceId device, @Nullable List<String> apps, InboxPage page, String path) {
    return JsonAnswer.ok(out -> JsonAnswer.text(out, "page", path + device + " " + page));
  }

  @Override
  public void close() {
    api.close();
  }
}
