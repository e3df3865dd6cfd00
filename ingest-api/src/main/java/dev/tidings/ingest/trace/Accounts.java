package dev.tidings.ingest.trace;

import dev.tidings.ingest.trace.TraceResult.Account;
import dev.tidings.ingest.trace.TraceResult.Receipted;
import dev.tidings.ingest.trace.TraceResult.Underway;
import dev.tidings.ingest.trace.TraceResult.Unreadable;
import dev.tidings.ingest.trace.table.Kept;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.topic.UniqueId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects the known state of all tokens of an id. For one request. */
final class Accounts {
  private static final Logger log = LoggerFactory.getLogger(Accounts.class);

  private final Map<UniqueId, Account> told = new LinkedHashMap<>();
  private final Map<UniqueId, Receipt> repetitions = new LinkedHashMap<>();

  /** What devices tell: each has one step. */
  private final Map<UniqueId, List<Receipt>> reports = new LinkedHashMap<>();

  /**
   * Decodes receipts.
   *
   * @throws dev.tidings.schemas.registry.client.RegistryException.Unavailable if a schema is not
   *     available at the moment
   */
  Accounts(List<Kept> receipts, RegistryClient registry) {
    AvroDeserializer<Receipt> reader = AvroDeserializer.atOnce(registry, Receipt.class);
    Set<String> tokens = new HashSet<>();
    @Nullable Receipted unmarked = null;
    for (Kept kept : receipts) {
      UniqueId unique = UniqueId.of(kept.key());
      try {
        Receipt receipt = reader.read(kept.value());
        if (!receipt.getId().strip().equalsIgnoreCase(kept.key().id().value())) {
          continue;
        }
        if (kept.key().repeated()) {
          repetitions.put(unique, receipt);
        } else if (kept.key().isBeside()) {
          reports.computeIfAbsent(unique, any -> new ArrayList<>()).add(receipt);
        } else if (kept.key().mark() == null) {
          unmarked = new Receipted(unique, receipt, null);
        } else {
          told.put(unique, new Receipted(unique, receipt, null));
          tokens.add(String.valueOf(receipt.getToken()));
        }
      } catch (UnreadableRecordException e) {
        log.debug("unreadable receipt of {}: {}", kept.key().id(), e.getMessage());
        // Of what comes beside a receipt only a repetition says that there is a notification.
        if (!kept.key().isReport()) {
          told.putIfAbsent(unique, new Unreadable(unique, String.valueOf(e.getMessage())));
        }
      }
    }
    // A receipt of an earlier version, unless a newer one exists for the same notification.
    if (unmarked != null && !tokens.contains(unmarked.receipt().getToken())) {
      told.put(unmarked.unique(), unmarked);
    }
  }

  /** Returns whether anything but repetitions is known. */
  boolean isEmpty() {
    return told.isEmpty();
  }

  /** Adds notifications that are in the log, to their receipts if there are any. */
  Accounts with(List<Underway> underway) {
    underway.forEach(each ->
        told.merge(
            each.unique(),
            each,
            (known, unread) ->
                known instanceof Receipted receipted
                    ? new Receipted(receipted.unique(), receipted.receipt(), null, each)
                    : known));
    return this;
  }

  /** Returns all accounts, the readable ones first. */
  List<Account> all() {
    List<Account> all = new ArrayList<>();
    told.values().stream()
        .filter(account -> !(account instanceof Unreadable))
        .map(this::reported)
        .map(this::repeated)
        .forEach(all::add);
    repetitions.forEach((unique, receipt) -> {
      if (!told.containsKey(unique)) {
        all.add(new Receipted(unique, receipt, null));
      }
    });
    told.values().stream().filter(Unreadable.class::isInstance).forEach(all::add);
    return all;
  }

  /** Adds what the device tells of a notification that was pushed to it, and to nobody else. */
  private Account reported(Account account) {
    List<Receipt> told = reports.getOrDefault(account.unique(), List.of());
    return account instanceof Receipted receipted && !told.isEmpty()
        ? new Receipted(
            receipted.unique(),
            DeviceReports.added(receipted.receipt(), told),
            receipted.repetition(),
            receipted.unread())
        : account;
  }

  private Account repeated(Account account) {
    @Nullable Receipt repetition = repetitions.get(account.unique());
    if (repetition == null) {
      return account;
    }
    return switch (account) {
      case Receipted receipted ->
          new Receipted(receipted.unique(), receipted.receipt(), repetition, receipted.unread());
      case Underway under ->
          new Underway(
              under.unique(),
              under.stage(),
              under.device(),
              under.app(),
              under.category(),
              under.steps(),
              under.location(),
              under.id(),
              repetition,
              under.prospect());
      case Unreadable unreadable -> unreadable;
    };
  }
}
