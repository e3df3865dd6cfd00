package dev.tidings.ingest.console;

import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.webhook.attempt.WebhookHistory;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The operations of this package, as the document has to have them. */
public final class ConsoleDocumented {
  private ConsoleDocumented() {}

  public static List<AdminOperation> operations() {
    List<AdminOperation> all =
        new ArrayList<>(ConsoleOperations.of(null, 1, null, "audit", null, null, null, null));
    all.add(ConsoleOperations.session(new ConsolePlace("", "", "", "", false), null, null));
    all.addAll(ConsoleOperations.decided(null, WebhookHistory.NONE, InstantSource.system()));
    return all;
  }
}
