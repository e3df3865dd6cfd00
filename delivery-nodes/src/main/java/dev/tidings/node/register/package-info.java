/**
 * Registration of devices. In: a connected device's request to receive notifications for an app.
 * Out: the app's token on this device, and the record by which the streams processor resolves it.
 */
@NullMarked
package dev.tidings.node.register;

import org.jspecify.annotations.NullMarked;
