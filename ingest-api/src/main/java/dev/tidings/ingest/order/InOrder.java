package dev.tidings.ingest.order;

import dev.tidings.http.Connection;
import dev.tidings.service.log.SeldomLog;
import io.netty.util.AttributeKey;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks of the same kind in the order of their places, whichever of them is ready first; each
 * in the thread that makes it, or one before it, ready. Those of different kinds do not wait for
 * one another. Thread-safe.
 */
public final class InOrder {
  private static final AttributeKey<InOrder> OF_CONNECTION =
      AttributeKey.valueOf(InOrder.class, "connection");

  private final SeldomLog failures = new SeldomLog(LoggerFactory.getLogger(InOrder.class));
  private final Map<Object, Row> rows = new HashMap<>();

  private static final class Row {
    private final Deque<Place> places = new ArrayDeque<>(2);
    private boolean running;
  }

  /** A place of a task. */
  public final class Place {
    private final Object kind;
    private final Row row;
    private @Nullable Runnable task;

    private Place(Object kind, Row row) {
      this.kind = kind;
      this.row = row;
    }

    /** Has the task run when all before it were; called once for each place. */
    public void ready(Runnable ready) {
      synchronized (rows) {
        task = ready;
        if (row.running) {
          return;
        }
        row.running = true;
      }
      for (Runnable next = first(kind, row); next != null; next = first(kind, row)) {
        try {
          next.run();
        } catch (RuntimeException e) {
          // It may be another's: those behind it are not to wait for ever.
          failures.error("a notification was not gone on with", e);
        }
      }
    }
  }

  /** Returns that of a connection. */
  public static InOrder of(Connection connection) {
    InOrder known = connection.get(OF_CONNECTION);
    return known == null ? connection.putIfAbsent(OF_CONNECTION, new InOrder()) : known;
  }

  /**
   * Returns the next place of a kind behind what waits on a connection; null if nothing of the kind
   * does, as nearly always.
   */
  public static @Nullable Place behind(Connection connection, Object kind) {
    InOrder known = connection.get(OF_CONNECTION);
    return known == null ? null : known.behind(kind);
  }

  private @Nullable Place behind(Object kind) {
    synchronized (rows) {
      return rows.containsKey(kind) ? next(kind) : null;
    }
  }

  /** Returns the next place of a kind. */
  public Place next(Object kind) {
    synchronized (rows) {
      Row row = rows.computeIfAbsent(kind, _ -> new Row());
      Place place = new Place(kind, row);
      row.places.addLast(place);
      return place;
    }
  }

  private @Nullable Runnable first(Object kind, Row row) {
    synchronized (rows) {
      Place first = row.places.peekFirst();
      Runnable task = first == null ? null : first.task;
      if (task == null) {
        row.running = false;
        if (first == null) {
          rows.remove(kind);
        }
        return null;
      }
      row.places.removeFirst();
      return task;
    }
  }

  /** Returns how many kinds have tasks that were not run. */
  int kinds() {
    synchronized (rows) {
      return rows.size();
    }
  }
}
