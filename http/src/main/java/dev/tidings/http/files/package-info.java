/**
 * Files that a server has with it, such as those of a console. In: a directory of a jar, read once;
 * and requests. Out: the files, with what a browser has to know of them.
 */
@NullMarked
package dev.tidings.http.files;

import org.jspecify.annotations.NullMarked;
