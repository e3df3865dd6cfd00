package dev.tidings.node.cleanup;

import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.Inboxes;
import dev.tidings.node.parked.Parked;
import dev.tidings.node.parked.ParkedReader;
import dev.tidings.node.parked.ParkedStore;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.DeviceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for single notifications in devices' parked inboxes, which know them by their sequences
 * alone. One inbox is read at a time, whatever is asked for, and once for all that has been asked
 * for until then: so whoever asks much, of many large inboxes, waits, and not the devices that read
 * theirs. Whoever has waited for too long is told that it is not certain; what is found later, when
 * nobody else waits, is still reported. Confined to the partition's loop.
 */
final class ParkedSearch {
  private static final Logger LOG = LoggerFactory.getLogger(ParkedSearch.class);
  private static final int BATCH = 256;
  private static final long PATIENCE_MILLIS = 5_000;

  /** A read that has not come to an end by then never will. */
  private static final long STUCK_MILLIS = 30_000;

  /** So many that were given up are looked for later. */
  static final int MOST_LATER = 4_096;

  private final ParkedReader reader;
  private final ParkedStore store;
  private final Inboxes inboxes;
  private final ParkedReads reads;
  private final LongSupplier monotonicMillis;

  /** What is asked for of inboxes that are not read yet; the first is read next. */
  private final Map<DeviceId, List<Question>> waiting = new LinkedHashMap<>();

  /** What was given up, and is looked for when nobody waits. */
  private final Map<DeviceId, List<Question>> later = new LinkedHashMap<>();

  private int laterCount;

  private @Nullable Search running;

  private record Question(DeviceId device, Sought sought, SearchListener listener, long askedAt) {}

  /** The reading of one inbox. */
  private static final class Search {
    private final DeviceInbox inbox;
    private final List<Question> questions;
    private final Map<Sought, List<SearchListener>> listeners = new HashMap<>();
    private final long to;
    private final long begun;

    /** Whether those who asked have been told that it is not certain. */
    private final boolean late;

    private boolean certain = true;

    Search(DeviceInbox inbox, List<Question> questions, boolean late, long now) {
      this.begun = now;
      this.late = late;
      this.inbox = inbox;
      this.questions = questions;
      this.to = inbox.parked().high();
      for (Question question : questions) {
        listeners
            .computeIfAbsent(question.sought(), any -> new ArrayList<>(1))
            .add(question.listener());
      }
    }

    boolean isOverdue(long latest) {
      return !late && questions.getFirst().askedAt() < latest;
    }

    void end() {
      if (!late) {
        questions.forEach(question -> question.listener().ended(certain));
      }
    }
  }

  ParkedSearch(
      ParkedReader reader,
      ParkedStore store,
      Inboxes inboxes,
      ParkedReads reads,
      LongSupplier monotonicMillis) {
    this.reader = reader;
    this.store = store;
    this.inboxes = inboxes;
    this.reads = reads;
    this.monotonicMillis = monotonicMillis;
  }

  /** Looks for a notification among what is parked for the device now. */
  void look(DeviceInbox inbox, Sought sought, SearchListener listener) {
    waiting
        .computeIfAbsent(inbox.device(), device -> new ArrayList<>(1))
        .add(new Question(inbox.device(), sought, listener, monotonicMillis.getAsLong()));
    if (running == null) {
      next();
    }
  }

  /** Gives up what has waited for too long. */
  void tick() {
    long now = monotonicMillis.getAsLong();
    long latest = now - PATIENCE_MILLIS;
    while (!waiting.isEmpty()) {
      Iterator<List<Question>> first = waiting.values().iterator();
      List<Question> questions = first.next();
      if (questions.getFirst().askedAt() >= latest) {
        break;
      }
      first.remove();
      giveUp(questions);
      lookLater(questions);
    }
    @Nullable Search current = running;
    if (current != null && current.begun < now - STUCK_MILLIS) {
      // What may still come of it is passed over.
      current.certain = false;
      current.end();
      next();
    }
  }

  /** Nobody is to wait any longer. What was asked for is still looked for. */
  void giveUp() {
    List<Question> all = new ArrayList<>();
    @Nullable Search current = running;
    if (current != null && !current.late) {
      all.addAll(current.questions);
      running = null;
    }
    waiting.values().forEach(all::addAll);
    waiting.clear();
    giveUp(all);
    lookLater(all);
    if (running == null) {
      next();
    }
  }

  private static void giveUp(List<Question> questions) {
    questions.forEach(question -> question.listener().ended(false));
  }

  private void lookLater(List<Question> questions) {
    for (Question question : questions) {
      if (laterCount < MOST_LATER) {
        later.computeIfAbsent(question.device(), device -> new ArrayList<>(1)).add(question);
        laterCount++;
      }
    }
  }

  private void next() {
    running = null;
    while (running == null && !(waiting.isEmpty() && later.isEmpty())) {
      boolean late = waiting.isEmpty();
      Iterator<Map.Entry<DeviceId, List<Question>>> first =
          (late ? later : waiting).entrySet().iterator();
      Map.Entry<DeviceId, List<Question>> asked = first.next();
      first.remove();
      if (late) {
        laterCount -= asked.getValue().size();
      }
      @Nullable DeviceInbox inbox = inboxes.find(asked.getKey());
      if (inbox != null && !inbox.parked().isEmpty()) {
        Search search = new Search(inbox, asked.getValue(), late, monotonicMillis.getAsLong());
        running = search;
        read(search, inbox.parked().low());
      } else if (!late) {
        asked.getValue().forEach(question -> question.listener().ended(true));
      }
    }
  }

  private void read(Search search, long from) {
    long read = reads.begin();
    DeviceInbox inbox = search.inbox;
    reader.read(
        store,
        new ParkedReader.Page(
            inbox.key(), from, search.to, Math.max(1, inbox.parked().count()), BATCH),
        (entries, failure) -> reads.onLoop(() -> endRead(read, search, from, entries, failure)));
  }

  private void endRead(
      long read,
      Search search,
      long from,
      @Nullable List<Parked> entries,
      @Nullable RuntimeException failure) {
    if (reads.isClosed()) {
      return;
    }
    if (running != search) {
      reads.end(read);
      return;
    }
    if (entries == null || reads.isOwnershipInDoubt()) {
      if (failure != null) {
        LOG.warn(
            "partition {}, device {}: its inbox could not be searched for what is withdrawn, it is"
                + " searched again in {} ms: {}",
            reads.partition(),
            search.inbox.device(),
            ParkedReads.RETRY_MILLIS,
            failure.toString());
      }
      reads.end(read);
      reads.retry(() -> goOn(search, from));
      return;
    }
    entries.forEach(entry -> judge(search, entry));
    reads.end(read);
    if (entries.size() == BATCH && entries.getLast().sequence() < search.to) {
      goOn(search, entries.getLast().sequence() + 1);
    } else {
      search.end();
      next();
    }
  }

  private void goOn(Search search, long from) {
    if (running != search) {
      return;
    }
    if (reads.isOwnershipInDoubt()) {
      // To give up would park and end, which whoever has the partition now does.
      reads.retry(() -> goOn(search, from));
    } else if (search.isOverdue(monotonicMillis.getAsLong() - PATIENCE_MILLIS)) {
      search.certain = false;
      search.end();
      lookLater(search.questions);
      next();
    } else if (inboxes.find(search.inbox.device()) != search.inbox) {
      // All that was parked has gone.
      search.end();
      next();
    } else {
      read(search, from);
    }
  }

  private void judge(Search search, Parked entry) {
    switch (entry) {
      case Parked.Valid valid -> {
        Delivery delivery = valid.delivery();
        for (SearchListener listener :
            search.listeners.getOrDefault(
                new Sought(delivery.getId(), delivery.getToken()), List.of())) {
          if (!reads.isGone(search.inbox, valid.sequence())) {
            listener.found(search.inbox, valid);
          }
        }
      }
      // Which one it is can't be known.
      case Parked.SchemaMissing missing -> search.certain = false;
      case Parked.Unreadable unreadable -> {
        // It is none.
      }
    }
  }
}
