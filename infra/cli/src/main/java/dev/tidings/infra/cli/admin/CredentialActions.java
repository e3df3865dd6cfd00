package dev.tidings.infra.cli.admin;

import dev.tidings.control.Administration;
import dev.tidings.control.decide.CredentialKind;
import dev.tidings.control.decide.CredentialKind.Facts;
import dev.tidings.infra.cli.admin.options.AdminOptions;
import dev.tidings.infra.cli.admin.options.Removal;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** What commands do with credentials of every kind. */
record CredentialActions<E extends SpecificRecord>(CredentialKind<E> kind) {

  void list(AdminOptions options, CommandSpec spec) throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      list(admin, Instant.now(), spec.commandLine().getOut());
      admin.tellUnreadable(spec.commandLine().getErr());
    }
  }

  private void list(Administration admin, Instant now, PrintWriter out) {
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

  void revoke(Removal removal, String id, CommandSpec spec)
      throws IOException, InterruptedException {
    removal.write(entries -> kind.revoke(entries, id), spec);
    spec.commandLine().getOut().println("revoked: " + id);
  }

  /** It is refused after this time, so that another one can take its place in the meantime. */
  void expire(AdminOptions options, String id, Duration after, CommandSpec spec)
      throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      Instant end = Instant.now().plus(after);
      admin.write(kind.expire(admin.entries(), id, end));
      spec.commandLine().getOut().println(id + " is refused after " + Columns.time(end));
    }
  }
}
