package dev.tidings.service.kafka.tables;

import dev.tidings.service.rocks.TableOrigins;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Throws away the tables on this disk that were made from other topics. Not thread-safe. */
final class DiscardedTables {
  private static final Logger log = LoggerFactory.getLogger(TableStreams.class);

  private final TableOrigins origins;
  private final Map<String, String> tables;
  private final Map<String, Counter> discarded = new HashMap<>();

  /**
   * @param tables the topic of each table
   */
  DiscardedTables(TableOrigins origins, Map<String, String> tables, MeterRegistry metrics) {
    this.origins = origins;
    this.tables = tables;
    tables.keySet().forEach(table -> discarded.put(table, counter(metrics, table)));
  }

  private static Counter counter(MeterRegistry metrics, String table) {
    return Counter.builder("tidings.tables.discarded")
        .description("How often a table was thrown away because its topic was recreated.")
        .tag("table", table)
        .register(metrics);
  }

  /** Keeps the tables that were made from topics with these ids, and no others. */
  void keep(Map<String, Uuid> ids) {
    Map<String, Uuid> byTable = new HashMap<>();
    tables.forEach((table, topic) -> {
      Uuid id = ids.get(topic);
      if (id != null) {
        byTable.put(table, id);
      }
    });
    for (String table : origins.keep(byTable)) {
      log.error(
          "table {} is thrown away: {} was deleted and created again. What is in it now counts,"
              + " what was in it before is lost",
          table,
          tables.get(table));
      Counter counter = discarded.get(table);
      if (counter != null) {
        counter.increment();
      }
    }
  }
}
