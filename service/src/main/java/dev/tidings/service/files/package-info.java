/** In: text. Out: files that are complete, whenever the process is killed. */
@NullMarked
package dev.tidings.service.files;

import org.jspecify.annotations.NullMarked;
