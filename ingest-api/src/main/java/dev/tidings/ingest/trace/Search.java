package dev.tidings.ingest.trace;

import dev.tidings.schemas.value.NotificationId;
import java.util.function.Predicate;

/**
 * An id that the log is searched for.
 *
 * @param partition the partition that {@link TraceFinder#find} returned
 * @param every as in {@link TraceFinder#find}: then the table is waited for, whatever the log has
 * @param readable whether notifications of an app are asked for
 */
public record Search(NotificationId id, int partition, boolean every, Predicate<String> readable) {}
