package dev.tidings.auth.device.jwt;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The issuers that administrators have entered. Thread-safe; answers from memory. */
public interface IssuerDirectory {
  /** None, now and later. */
  IssuerDirectory NONE =
      new IssuerDirectory() {
        @Override
        public long version() {
          return 0;
        }

        @Override
        public boolean isComplete() {
          return true;
        }

        @Override
        public Map<String, Entry> issuers() {
          return Map.of();
        }

        @Override
        public Map<String, Set<String>> appsByTeam() {
          return Map.of();
        }

        @Override
        public Optional<String> team(String app) {
          return Optional.empty();
        }
      };

  /**
   * An issuer.
   *
   * @param team whose devices' tokens it signs
   * @param keysUrl where its key set is, unless that is here
   * @param keySet its key set
   * @param audience what its tokens have to name; empty for what the setting says
   * @param apps of the team, that its devices may register; empty for all
   * @param created when it was entered: tells it from an earlier one that said the same
   */
  record Entry(
      String team,
      Optional<String> keysUrl,
      Optional<String> keySet,
      Optional<String> audience,
      Optional<List<String>> apps,
      Instant created) {}

  /** Returns a number that changes after entries have changed. */
  long version();

  /** Returns whether all entries are known. */
  boolean isComplete();

  /** Returns the issuers as they are now, by the {@code iss} of their tokens. */
  Map<String, Entry> issuers();

  /** Returns the apps of each team as they are now. */
  Map<String, Set<String>> appsByTeam();

  /** Returns whose an app is. */
  Optional<String> team(String app);
}
