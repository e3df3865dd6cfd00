package dev.tidings.ingest.admin.entry;

import dev.tidings.control.ControlEntries;
import dev.tidings.control.decide.KeyScope;
import dev.tidings.ingest.admin.request.JsonFields;
import dev.tidings.schemas.value.AppId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The members that keys of both kinds have in requests. */
final class ScopeFields {
  static final String TEAM = "team";
  static final String APPS = "apps";
  static final String OVERLAP = "overlapSeconds";
  private static final Duration LONGEST_OVERLAP = Duration.ofDays(365);

  private ScopeFields() {}

  static KeyScope read(ControlEntries entries, JsonFields fields) {
    return of(entries, fields.needText(TEAM), fields);
  }

  /** Returns the one that is asked for a key of this team. */
  static KeyScope of(ControlEntries entries, String team, JsonFields fields) {
    Optional<List<AppId>> apps = fields.texts(APPS, AppId::new);
    return KeyScope.of(entries, team, apps);
  }

  /** Returns how long the old key is to be accepted beside the new one. */
  static Duration overlap(JsonFields fields) {
    return Duration.ofSeconds(fields.needNumber(OVERLAP, 0, LONGEST_OVERLAP.toSeconds()));
  }
}
