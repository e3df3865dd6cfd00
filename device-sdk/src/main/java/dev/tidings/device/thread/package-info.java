/** The threads of a device. In: a task. Out: a thread. */
@NullMarked
package dev.tidings.device.thread;

import org.jspecify.annotations.NullMarked;
