/** In: text. Out: files that are whole whenever the process is killed. */
@NullMarked
package dev.tidings.service.files;

import org.jspecify.annotations.NullMarked;
