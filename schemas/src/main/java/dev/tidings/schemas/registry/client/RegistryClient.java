package dev.tidings.schemas.registry.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tidings.schemas.registry.client.RegistryCalls.Call;
import dev.tidings.schemas.registry.client.RegistryCalls.Persistence;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.registry.known.KnownSchemas;
import dev.tidings.schemas.registry.known.SchemaStore;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A client of the Confluent Schema Registry REST API. Results are cached: the schema of an id never
 * changes. A registry that says it does has lost its data, or is another one: until it agrees
 * again, what is known stays, and what is not known cannot be had. Thread-safe; a call may block
 * for as long as the retries last.
 */
public final class RegistryClient implements AutoCloseable {
  private final RegistryCalls registries;
  private final SchemaSource source;
  private final boolean autoRegister;
  private final UnknownIds unknown = new UnknownIds();
  private final KnownSchemas known;
  private final Absence absence = new Absence();
  private final Questions questions;
  private final Map<Subject, Integer> ids = new ConcurrentHashMap<>();

  private record Subject(String name, Schema schema) {}

  /** Creates a client without a store, for callers that may wait for each request. */
  public RegistryClient(RegistryConfig config) {
    this(config, SchemaStore.none(), Runnable::run);
  }

  /**
   * Creates a client.
   *
   * @param kept schemas that were fetched before: used when no registry can be reached, and held
   *     against what the registries say
   * @param executor runs the requests of {@link #schemaUnlessAway}, a few at a time; the caller
   *     closes it, if it has to be closed, after this client, whose end makes its requests fail
   */
  public RegistryClient(RegistryConfig config, SchemaStore kept, Executor executor) {
    this.known =
        new KnownSchemas(
            kept, config.urls().stream().map(Object::toString).collect(Collectors.joining(",")));
    this.questions = new Questions(this::schemaIfThere, executor);
    this.registries = new RegistryCalls(config);
    this.source = new SchemaSource(registries);
    this.autoRegister = config.autoRegister();
  }

  /**
   * Returns the schema of an id found in a record. An id that no registry knows is requested until
   * the retries are used up, because it may just have been assigned; after that it counts as
   * unknown for a while. If that is so of many ids, further ones are asked for once.
   */
  public Schema schema(int id) {
    return schema(id, Persistence.UNTIL_KNOWN, false);
  }

  /** As {@link #schema(int)}, but asks each registry once: for callers with their own retries. */
  public Schema schemaAtOnce(int id) {
    return schema(id, Persistence.ONCE, false);
  }

  /**
   * As {@link #schema(int)}, but blocks for a second at most, whatever the registries do (unless
   * the client was created without an executor: the request is made in this thread then). Each
   * registry is asked once, and not at all if it was away a moment ago; a request that takes longer
   * continues, and a later call returns its result. An id that no registry knows may be known soon.
   */
  public Schema schemaUnlessAway(int id) {
    @Nullable Schema before = known.inMemory(id);
    return before != null
        ? before
        : questions
            .ask(id)
            .or(() -> known.find(id))
            .orElseThrow(() ->
                new RegistryException.Unavailable(
                    "schema " + id + ": no schema registry has answered yet"));
  }

  /**
   * As {@link #schema(int)}, for callers that can do without the schema: asks each registry once.
   */
  public Schema schemaIfThere(int id) {
    return schema(id, Persistence.ONCE, true);
  }

  /**
   * @param busy whether to skip a registry that was away a moment ago
   */
  private Schema schema(int id, Persistence wanted, boolean busy) {
    @Nullable Schema before = known.inMemory(id);
    if (before != null) {
      return before;
    }
    Persistence persistence = unknown.atMost(wanted);
    unknown.check(id, persistence);
    try {
      return fetch(id, persistence, busy);
    } catch (RegistryException.Refused e) {
      if (e.isUnknown()) {
        unknown.add(id, persistence);
      }
      throw e;
    }
  }

  private Schema fetch(int id, Persistence persistence, boolean busy) {
    try {
      if (busy) {
        absence.check(id);
      }
      long begin = System.nanoTime();
      Schema schema;
      try {
        schema = source.fetch(id, persistence);
      } catch (RegistryException.Unavailable e) {
        absence.noticed(begin, System.nanoTime());
        throw e;
      }
      return known.learn(id, schema).orElseThrow(() -> inDoubt("schema " + id));
    } catch (RegistryException.Unavailable e) {
      return known.find(id).orElseThrow(() -> e);
    } catch (RegistryException.Refused e) {
      if (e.isUnknown() && known.wrong().isPresent()) {
        return known.find(id).orElseThrow(() -> inDoubt("schema " + id));
      }
      return known.find(id).filter(_ -> e.isUnknown()).orElseThrow(() -> e);
    }
  }

  private RegistryException.Unavailable inDoubt(String what) {
    return new RegistryException.Unavailable(what + ": " + known.wrong().orElse("in doubt"));
  }

  /**
   * Asks the registries for ids that they gave before, and compares what they say: for callers that
   * do so again and again, before they register anything and from then on. One that does not answer
   * contradicts nothing.
   */
  public void compare() {
    int unknownIds = 0;
    boolean anyKnown = false;
    for (Map.Entry<Integer, Schema> each : known.toCompare().entrySet()) {
      try {
        known.learn(each.getKey(), source.fetch(each.getKey(), Persistence.ONCE));
        anyKnown = true;
      } catch (RegistryException.Refused e) {
        if (!e.isUnknown()) {
          return;
        }
        unknownIds++;
      } catch (RegistryException.Unavailable e) {
        return;
      } catch (UnreadableRecordException e) {
        anyKnown = true;
      }
    }
    known.lost(anyKnown ? 0 : unknownIds);
  }

  /**
   * Returns why the registries are not those that gave the ids in the log, if they are not, with
   * their URLs.
   */
  public Optional<String> wrong() {
    return known.wrong();
  }

  /** Returns the schemas that were written, by their ids. */
  public Map<Integer, Schema> written() {
    return ids.entrySet().stream()
        .collect(
            Collectors.toMap(Map.Entry::getValue, each -> each.getKey().schema(), (one, _) -> one));
  }

  /** Returns how many ids the registries contradict; one more if they know none any more. */
  public int contradictions() {
    return known.contradictions();
  }

  /**
   * Returns the id of a schema under a subject; registers it if that is allowed and it is missing.
   */
  public int id(String subject, Schema schema) {
    return id(new Subject(subject, schema), Persistence.UNTIL_REACHED);
  }

  /** As {@link #id(String, Schema)}, asking each registry once: for callers that retry. */
  public int idAtOnce(String subject, Schema schema) {
    return id(new Subject(subject, schema), Persistence.ONCE);
  }

  private int id(Subject subject, Persistence persistence) {
    @Nullable Integer given = ids.get(subject);
    return given != null ? given : remember(subject, autoRegister, persistence);
  }

  /** Registers a schema, whatever the value of {@code auto.register.schemas}: for provisioning. */
  public int register(String subject, Schema schema) {
    return remember(new Subject(subject, schema), true, Persistence.UNTIL_REACHED);
  }

  private int remember(Subject subject, boolean register, Persistence persistence) {
    if (known.wrong().isPresent()) {
      // It would give it an id that is another's.
      throw inDoubt("subject " + subject.name());
    }
    String path = "/subjects/" + URLEncoder.encode(subject.name(), StandardCharsets.UTF_8);
    String body =
        JsonNodeFactory.instance.objectNode().put("schema", subject.schema().toString()).toString();
    JsonNode answer =
        registries.ask(
            new Call(
                "subject " + subject.name(),
                "POST",
                register ? path + "/versions" : path,
                body,
                RegistryClient::isId),
            persistence);
    int id = answer.path("id").asInt();
    if (!known.learnWritten(id, subject.schema())) {
      throw inDoubt("subject " + subject.name());
    }
    ids.put(subject, id);
    return id;
  }

  /**
   * Returns whether the answer is a valid id. An invalid one would be written before every record.
   */
  private static boolean isId(JsonNode answer) {
    return answer.path("id").canConvertToInt() && answer.path("id").asInt() > 0;
  }

  /** Returns how often all registries were asked, and none answered. */
  public long unanswered() {
    return registries.unanswered();
  }

  @Override
  public void close() {
    registries.close();
  }
}
