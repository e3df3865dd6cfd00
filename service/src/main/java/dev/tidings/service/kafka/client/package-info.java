/**
 * Kafka's clients. In: the operator's settings of Kafka. Out: the settings of each producer,
 * consumer, admin client and Streams application, and the clients opened with them.
 */
@NullMarked
package dev.tidings.service.kafka.client;

import org.jspecify.annotations.NullMarked;
