package dev.tidings.ingest.admin.entry;

import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKind;
import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.Decisions;
import dev.tidings.ingest.admin.request.Page;
import dev.tidings.ingest.admin.request.Page.EntryJson;
import dev.tidings.ingest.json.JsonAnswer;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;

/**
 * Lists and reads the entries of a kind.
 *
 * @param list what a list of them is called
 * @param path of the list
 */
record EntryReading<E extends SpecificRecord>(
    Decisions decisions, ControlKind<E> kind, String list, String path, EntryJson<E> json) {
  private static final String TEAM = "team";

  /** Answers with a part of all. */
  Response all(AdminRequest request) {
    Map<String, String> query = request.query(Page.AFTER, Page.LIMIT);
    return Page.of(query).of(decisions.entries().entries(kind), list, path, json);
  }

  /** Answers with a part of all, or of those of a team, if the query names one. */
  Response ofTeam(AdminRequest request, Function<E, String> team) {
    Map<String, String> query = request.query(TEAM, Page.AFTER, Page.LIMIT);
    SortedMap<String, E> found = new TreeMap<>(decisions.entries().entries(kind));
    String wanted = query.get(TEAM);
    if (wanted == null) {
      return Page.of(query).of(found, list, path, json);
    }
    found.values().removeIf(each -> !team.apply(each).equals(wanted));
    // It is equal to the id of a team unless nothing is found, and then there is no next page.
    return Page.of(query).of(found, list, path + "?team=" + wanted, json);
  }

  /**
   * Answers with one.
   *
   * @param find fails if it is not there
   */
  Response one(String name, BiFunction<ControlEntries, String, E> find) {
    return JsonAnswer.ok(members(name, find.apply(decisions.entries(), name)));
  }

  JsonAnswer.Members members(String name, E entry) {
    return out -> json.write(out, name, entry);
  }
}
