/**
 * What the services have in common in their use of Kafka's clients and of Kafka Streams. In come
 * settings, records and what goes wrong; out come what may be set, times that can be worked with,
 * and how the log and the threads that read it are.
 */
@NullMarked
package dev.tidings.service.kafka;

import org.jspecify.annotations.NullMarked;
