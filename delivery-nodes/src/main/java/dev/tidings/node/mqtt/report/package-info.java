/**
 * What a device tells of a notification. In: {@code $tidings/displayed} and {@code
 * $tidings/opened}. Out: a step of its trace; on {@code $tidings/reported} why there is none.
 */
@NullMarked
package dev.tidings.node.mqtt.report;

import org.jspecify.annotations.NullMarked;
