/**
 * The settings of a delivery node. In: the configuration. Out: what can be said of it without
 * another service: rules, limits, addresses, certificates, Kafka clients; or why it does not fit
 * together.
 */
@NullMarked
package dev.tidings.node.settings;

import org.jspecify.annotations.NullMarked;
