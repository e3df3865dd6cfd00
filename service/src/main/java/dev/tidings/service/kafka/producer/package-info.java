/**
 * Producers that outlive their failures, and are shared by threads. In: what makes a producer, and
 * how its records ended. Out: a producer that can go on.
 */
@NullMarked
package dev.tidings.service.kafka.producer;

import org.jspecify.annotations.NullMarked;
