package dev.tidings.control.decide;

import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKind;
import dev.tidings.control.credential.EntryIds;
import dev.tidings.control.decide.RefusedDecisionException.Reason;
import dev.tidings.schemas.avro.Team;
import java.time.Instant;
import java.util.Optional;

/** Decisions about teams. */
public final class Teams {
  private Teams() {}

  /**
   * Creates one.
   *
   * @param chosen its id; empty for a random one
   */
  public static ControlChange<Team> create(
      ControlEntries entries, String name, Optional<String> chosen, Instant now) {
    String id =
        chosen
            .map(EntryIds::require)
            .orElseGet(
                () -> EntryIds.random(each -> entries.entry(ControlKind.TEAM, each).isPresent()));
    if (entries.entry(ControlKind.TEAM, id).isPresent()) {
      throw new RefusedDecisionException(Reason.TAKEN, "id", id, "an id that no team has yet");
    }
    Team team = new Team(DisplayName.require(name), now);
    return ControlChange.put(ControlKind.TEAM, id, team, "team create: name " + name);
  }

  /** Returns one that has to be there. */
  public static Team find(ControlEntries entries, String id) {
    return entries
        .entry(ControlKind.TEAM, id)
        .orElseThrow(RefusedDecisionException.absent("id", id, "the id of a team"));
  }

  /** Fails if there is no such team. */
  static void require(ControlEntries entries, String id) {
    if (entries.entry(ControlKind.TEAM, id).isEmpty()) {
      throw new RefusedDecisionException(Reason.INVALID, "team", id, "the id of a team");
    }
  }
}
