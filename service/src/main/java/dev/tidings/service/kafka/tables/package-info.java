/**
 * Kafka Streams applications whose tables are copies of topics. In: an application, the topics of
 * its tables, and news that one was deleted and created again. Out: the application that runs now,
 * whose tables have what is in the topics that exist now.
 */
@NullMarked
package dev.tidings.service.kafka.tables;

import org.jspecify.annotations.NullMarked;
