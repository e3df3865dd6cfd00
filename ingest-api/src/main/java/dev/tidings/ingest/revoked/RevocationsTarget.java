package dev.tidings.ingest.revoked;

import dev.tidings.ingest.revoked.RevocationTable.Change;
import dev.tidings.service.table.LocalTable;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link RevocationTable} as the thread that reads the topic uses it: when its filter is built,
 * and what is deleted. Confined to that thread.
 */
final class RevocationsTarget implements LocalTable<Change> {
  private static final Logger log = LoggerFactory.getLogger(RevocationsTarget.class);

  private final RevocationTable table;
  private boolean filterMissing;

  RevocationsTarget(RevocationTable table) {
    this.table = table;
  }

  @Override
  public long position(int partition) throws RocksDBException {
    return table.position(partition);
  }

  @Override
  public long writtenAt() throws RocksDBException {
    return table.writtenAt();
  }

  @Override
  public Uuid topic() throws RocksDBException {
    return table.topic();
  }

  @Override
  public void apply(List<Change> changes, Map<Integer, Long> positions, Uuid topic, long now)
      throws RocksDBException {
    table.apply(changes, positions, topic, now);
  }

  @Override
  public void clear() throws RocksDBException {
    table.clear();
  }

  @Override
  public void resumed() {
    // The filter is built after the start: until then each token is looked up.
    filterMissing = !table.loadFilter();
  }

  @Override
  public void completed() {
    log.info("about {} revoked tokens known", table.size());
  }

  /** Sweeps the whole table, if there is anything to delete or the filter has to be built. */
  @Override
  public void trim(Map<Integer, Long> beginnings) throws RocksDBException {
    for (Map.Entry<Integer, Long> beginning : beginnings.entrySet()) {
      if (filterMissing || beginning.getValue() > table.beginning(beginning.getKey())) {
        table.sweep(beginnings);
        filterMissing = false;
        return;
      }
    }
  }

  @Override
  public void failed(RocksDBException failure) {
    table.found(failure);
  }
}
