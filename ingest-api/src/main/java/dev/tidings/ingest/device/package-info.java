/**
 * What delivery nodes know of devices. In: a device and somebody's apps. Out: its connection, its
 * registrations and its inbox, as the node says that has it; or which node is away.
 */
@NullMarked
package dev.tidings.ingest.device;

import org.jspecify.annotations.NullMarked;
