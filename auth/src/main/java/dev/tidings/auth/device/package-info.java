/**
 * Authentication of a device at CONNECT. In: serial number, password and certificates as the device
 * sent them. Out: what the connection may do, or why it is refused.
 */
@NullMarked
package dev.tidings.auth.device;

import org.jspecify.annotations.NullMarked;
