package dev.tidings.ingest.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.Apps;
import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.ingest.trace.TraceResult.Account;
import dev.tidings.ingest.trace.TraceResult.Found;
import dev.tidings.ingest.trace.TraceResult.Location;
import dev.tidings.ingest.trace.TraceResult.Prospect;
import dev.tidings.ingest.trace.TraceResult.Receipted;
import dev.tidings.ingest.trace.TraceResult.Stage;
import dev.tidings.ingest.trace.TraceResult.Underway;
import dev.tidings.ingest.trace.TraceResult.Unreadable;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.NotificationId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TraceScopeTest {
  private static final String NEWS = "com.example.news";
  private static final String MAIL = "com.example.mail";

  private final NotificationId id = NotificationId.random();

  private static TraceScope scope(boolean isTeamWide) {
    return new TraceScope(
        new ProviderIdentity("TEAM000001", Apps.of(Set.of(NEWS)), isTeamWide, "key/x"));
  }

  private Account receipted(@Nullable String app) {
    return new Receipted(
        UniqueId.of(id, "token"),
        new Receipt(id.value(), "token", "phone", app, Outcome.DELIVERED, List.of(), null),
        null);
  }

  private Account underway(String app) {
    return new Underway(
        UniqueId.of(id, "token"),
        Stage.ACCEPTED,
        null,
        app,
        null,
        List.of(),
        new Location("topic", 0, 0),
        id.value(),
        null,
        new Prospect("token", null, false));
  }

  private Account again(@Nullable String receipted, String unread) {
    Receipted known = (Receipted) receipted(receipted);
    return new Receipted(known.unique(), known.receipt(), null, (Underway) underway(unread));
  }

  @Test
  void a_receipt_of_another_app_hides_nothing_that_is_in_the_log_and_shows_nothing_of_it() {
    assertThat(told(scope(true), again(MAIL, NEWS))).contains(List.of(underway(NEWS)));
    assertThat(told(scope(true), again(NEWS, MAIL))).contains(List.of(receipted(NEWS)));
    assertThat(told(scope(true), again(NEWS, NEWS))).contains(List.of(again(NEWS, NEWS)));
    assertThat(told(scope(true), again(MAIL, MAIL))).isEmpty();
  }

  private static Optional<List<Account>> told(TraceScope scope, Account... accounts) {
    return scope.of(new Found(List.of(accounts), "next")).map(Found::accounts);
  }

  @Test
  void accounts_of_the_credentials_apps_are_told_and_no_others() {
    Account own = receipted(NEWS);
    Account soon = underway(NEWS);

    assertThat(told(scope(true), receipted(MAIL), own, underway(MAIL), soon))
        .hasValue(List.of(own, soon));
    assertThat(told(scope(true), receipted(MAIL), underway(MAIL))).isEmpty();
  }

  @Test
  void an_account_of_an_unknown_app_is_told_to_credentials_for_all_apps_of_a_team() {
    Account unknown = receipted(null);
    Account unreadable = new Unreadable(UniqueId.of(id, "token"), "torn");

    assertThat(told(scope(true), unknown, unreadable)).hasValue(List.of(unknown, unreadable));
    assertThat(told(scope(false), unknown, unreadable)).isEmpty();
  }

  @Test
  void where_nobody_has_to_prove_anything_everything_is_told() {
    Account any = receipted(null);

    assertThat(told(TraceScope.ALL, any, underway(MAIL))).map(List::size).hasValue(2);
  }
}
