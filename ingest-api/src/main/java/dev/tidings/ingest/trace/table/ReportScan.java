package dev.tidings.ingest.trace.table;

import dev.tidings.schemas.topic.ReceiptKey;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Reads what devices tell of the notifications whose receipts have been found. It seeks each of
 * them and steps over nothing, so that it does not matter what devices tell of others, or make up.
 */
final class ReportScan {
  private final ReceiptScan.Part part;

  ReportScan(ReceiptScan.Part part) {
    this.part = part;
  }

  /**
   * Returns what there is.
   *
   * @param receipts in the order of their keys
   * @throws dev.tidings.service.rocks.DamagedTableException if a part of it is unreadable
   */
  List<Kept> beside(List<Kept> receipts) {
    List<Kept> reports = new ArrayList<>();
    @Nullable Bytes behind = null;
    for (Kept each : receipts) {
      @Nullable String mark = each.key().mark();
      if (mark == null || each.key().isBeside()) {
        continue;
      }
      Bytes first = Bytes.wrap(ReceiptKey.firstReport(each.key().id(), mark));
      Bytes last = Bytes.wrap(ReceiptKey.lastReport(each.key().id(), mark));
      if (behind != null && behind.compareTo(last) > 0) {
        // There is nothing before what was seen.
        continue;
      }
      ReceiptScan.Page page = new ReceiptScan(part, first, last, ReceiptKey::isReport).read();
      reports.addAll(page.receipts());
      behind = page.behind();
      if (behind == null) {
        break;
      }
    }
    return reports;
  }
}
