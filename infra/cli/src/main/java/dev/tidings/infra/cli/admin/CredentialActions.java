package dev.tidings.infra.cli.admin;

import dev.tidings.control.decide.CredentialKind;
import dev.tidings.control.decide.CredentialKind.Facts;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** What commands do with credentials of every kind. */
record CredentialActions<E extends SpecificRecord>(CredentialKind<E> kind) {

  void list(Administration admin, Instant now, PrintWriter out) {
    Columns columns = new Columns("id", "created", "not after", "for");
    admin
        .entries()
        .entries(kind.kind())
        .forEach((id, entry) -> {
          Facts found = kind.facts().apply(entry);
          @Nullable Instant end = found.notAfter();
          columns.row(
              id,
              Columns.time(found.created()),
              end == null ? "" : Columns.time(end) + (found.isInForce(now) ? "" : " (expired)"),
              found.words());
        });
    columns.print(out);
  }

  void revoke(Administration admin, String id, PrintWriter out) throws InterruptedException {
    admin.write(kind.revoke(admin.entries(), id));
    out.println("revoked: " + id);
  }

  /** It is refused after this time, so that another one can take its place in the meantime. */
  void expire(Administration admin, String id, Duration after, Instant now, PrintWriter out)
      throws InterruptedException {
    Instant end = now.plus(after);
    admin.write(kind.expire(admin.entries(), id, end));
    out.println(id + " is refused after " + Columns.time(end));
  }
}
