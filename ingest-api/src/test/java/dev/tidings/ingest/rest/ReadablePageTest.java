package dev.tidings.ingest.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.Apps;
import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.ingest.trace.TraceResult;
import dev.tidings.ingest.trace.TraceResult.Account;
import dev.tidings.ingest.trace.TraceResult.Found;
import dev.tidings.ingest.trace.TraceResult.Receipted;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.NotificationId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReadablePageTest {
  private static final String OWN = "com.example.news";
  private static final String OTHER = "com.example.mail";

  private final NotificationId id = NotificationId.random();
  private final TraceScope scope =
      new TraceScope(new ProviderIdentity("TEAM000001", Apps.of(Set.of(OWN)), true, "key/x"));
  private final List<TraceResult> pages = new ArrayList<>();
  private int read;

  private void page(String app) {
    Account account =
        new Receipted(
            UniqueId.of(id, "token"),
            new Receipt(id.value(), "token", "phone", app, Outcome.DELIVERED, List.of(), null),
            null);
    pages.add(new Found(List.of(account), String.valueOf(pages.size() + 1)));
  }

  private void last() {
    Found found = (Found) pages.removeLast();
    pages.add(new Found(found.accounts(), null));
  }

  private TraceResult at(@Nullable String mark) {
    read++;
    return pages.get(mark == null ? 0 : Integer.parseInt(mark));
  }

  private TraceResult found(@Nullable String from, TraceScope reader) throws Exception {
    return ReadablePage.of(this::at, from, reader);
  }

  @Test
  void pages_with_other_apps_alone_are_passed_over() throws Exception {
    page(OTHER);
    page(OTHER);
    page(OWN);
    page(OTHER);
    last();

    assertThat(found(null, scope)).isSameAs(pages.get(2));
    assertThat(found("1", scope)).isSameAs(pages.get(2));
    assertThat(found("3", scope)).isSameAs(pages.get(3));
  }

  @Test
  void the_first_page_is_enough_if_there_is_something_to_read_on_it() throws Exception {
    page(OWN);
    page(OWN);
    last();

    assertThat(found(null, scope)).isSameAs(pages.getFirst());
    assertThat(found(null, TraceScope.ALL)).isSameAs(pages.getFirst());
    assertThat(read).isEqualTo(2);
  }

  @Test
  void however_many_there_are_a_request_reads_a_limited_number() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      page(OTHER);
    }

    assertThat(found(null, scope)).isSameAs(pages.get(ReadablePage.MOST - 1));
    assertThat(read).isEqualTo(ReadablePage.MOST);
  }

  @Test
  void what_is_no_page_ends_the_search() throws Exception {
    page(OTHER);
    pages.add(new TraceResult.NotNow("moving"));

    assertThat(found(null, scope)).isEqualTo(new TraceResult.NotNow("moving"));
  }
}
