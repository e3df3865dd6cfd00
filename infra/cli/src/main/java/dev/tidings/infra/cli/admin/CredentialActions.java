package dev.tidings.infra.cli.admin;

import dev.tidings.control.Administration;
import dev.tidings.control.decide.CredentialKind;
import dev.tidings.infra.cli.admin.options.AdminOptions;
import dev.tidings.infra.cli.admin.options.Removal;
import dev.tidings.infra.cli.output.Facts;
import dev.tidings.infra.cli.output.Table;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** What commands do with credentials of every kind. */
record CredentialActions<E extends SpecificRecord>(CredentialKind<E> kind) {

  void list(AdminOptions options, CommandSpec spec) throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      options.output(spec).print(table(admin, Instant.now()));
      admin.tellUnreadable(spec.commandLine().getErr());
    }
  }

  private Table table(Administration admin, Instant now) {
    Table table = new Table("id", "created", "not after", "for");
    admin
        .entries()
        .entries(kind.kind())
        .forEach((id, entry) -> {
          CredentialKind.Facts found = kind.facts().apply(entry);
          @Nullable Instant end = found.notAfter();
          table.row(
              id,
              Table.time(found.created()),
              end == null ? "" : Table.time(end) + (found.isInForce(now) ? "" : " (expired)"),
              found.words());
        });
    return table;
  }

  void revoke(Removal removal, String id, CommandSpec spec)
      throws IOException, InterruptedException {
    removal.write(entries -> kind.revoke(entries, id), spec);
    removal.output(spec).print(Facts.of("revoked", id));
  }

  /** It is refused after this time, so that another one can take its place in the meantime. */
  void expire(AdminOptions options, String id, Duration after, CommandSpec spec)
      throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      Instant end = Instant.now().plus(after);
      admin.write(kind.expire(admin.entries(), id, end));
      options
          .output(spec)
          .print(
              id + " is refused after " + Table.time(end),
              Facts.of("id", id).and("notAfter", Table.time(end)));
    }
  }
}
