package dev.tidings.ingest.admin.entry;

import dev.tidings.control.decide.NewSecret;
import dev.tidings.http.Response;
import dev.tidings.ingest.json.JsonAnswer;
import org.apache.avro.specific.SpecificRecord;

/** The answers that have a secret, once. */
final class NewSecrets {
  private NewSecrets() {}

  static <E extends SpecificRecord> Response created(EntryReading<E> reading, NewSecret<E> made) {
    String id = made.change().name();
    return JsonAnswer.created(
        reading.path() + "/" + id,
        reading
            .members(id, made.change().entry().orElseThrow())
            .and(out -> out.writeStringField("secret", made.secret().reveal())));
  }
}
