/**
 * Common use of Kafka's clients and of Kafka Streams in all services. In: settings, records and
 * failures. Out: the settings that are permitted, valid timestamps, and the health of the log and
 * of the threads that read it.
 */
@NullMarked
package dev.tidings.service.kafka;

import org.jspecify.annotations.NullMarked;
