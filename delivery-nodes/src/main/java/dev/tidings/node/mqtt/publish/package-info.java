/**
 * What the node publishes. In come notifications and answers; out go PUBLISH packets, as bytes, no
 * larger than the device takes.
 */
@NullMarked
package dev.tidings.node.mqtt.publish;

import org.jspecify.annotations.NullMarked;
