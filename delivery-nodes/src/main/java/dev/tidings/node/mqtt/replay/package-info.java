/**
 * A device's requests for its history. In: {@code $tidings/replay}. Out: a span to send again, and
 * on {@code $tidings/replayed} how that has ended.
 */
@NullMarked
package dev.tidings.node.mqtt.replay;

import org.jspecify.annotations.NullMarked;
