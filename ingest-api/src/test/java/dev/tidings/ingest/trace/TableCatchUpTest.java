package dev.tidings.ingest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

class TableCatchUpTest {
  private static long past() {
    return System.nanoTime() - 1;
  }

  @Test
  void a_partition_that_is_behind_leaves_the_others_theirs() throws Exception {
    TableCatchUp catchUp = new TableCatchUp(partition -> 5, past());
    catchUp.add(0, 6L);
    catchUp.add(1, 5L);
    catchUp.add(2, 4L);
    assertThat(catchUp.isDone()).isFalse();
    assertThat(catchUp.await()).isEqualTo(Set.of(1, 2));
  }

  @Test
  void the_table_is_not_current_where_the_end_of_the_log_is_not_known() throws Exception {
    TableCatchUp catchUp = new TableCatchUp(partition -> 5, past());
    catchUp.add(0, null);
    assertThat(catchUp.isDone()).isTrue();
    assertThat(catchUp.await()).isEmpty();
  }

  @Test
  void what_was_committed_counts_as_read() throws Exception {
    TableCatchUp catchUp = new TableCatchUp(partition -> 5, past());
    catchUp.add(0, 9L);
    catchUp.add(1, 9L);
    catchUp.add(2, 9L);
    catchUp.committed(0, new OffsetAndMetadata(9));
    catchUp.committed(1, new OffsetAndMetadata(8));
    catchUp.committed(2, null);
    assertThat(catchUp.await()).isEqualTo(Set.of(0));
  }

  @Test
  void what_the_table_reads_meanwhile_is_waited_for() throws Exception {
    AtomicInteger reads = new AtomicInteger();
    TableCatchUp catchUp = new TableCatchUp(partition -> reads.incrementAndGet(), Long.MAX_VALUE);
    catchUp.add(0, 4L);
    catchUp.add(1, 6L);
    assertThat(catchUp.await()).isEqualTo(Set.of(0, 1));
  }
}
