package dev.tidings.infra.cli.doctor.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A zip file that only its owner can read. Everything that is put into it is cleaned before. */
final class Archive implements AutoCloseable {
  private static final Set<OpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  /** Of what is longer, the end is kept. */
  private static final int MOST_CHARACTERS = 4 << 20;

  private final ZipOutputStream zip;
  private final Scrubber scrubber;

  /** Opens a new file; there is to be none of this name. */
  Archive(Path file, Scrubber scrubber) throws IOException {
    this.scrubber = scrubber;
    var channel = Files.newByteChannel(file, NEW, ownersAlone());
    this.zip = new ZipOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
  }

  private static FileAttribute<?>[] ownersAlone() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  /** Adds a text without its secrets. */
  void add(String name, String text) throws IOException {
    addCleaned(name, scrubber.clean(end(text)));
  }

  /** Adds a log without its secrets, and without what may be of a payload. */
  void addLog(String name, String text) throws IOException {
    addCleaned(name, scrubber.cleanLog(end(text)));
  }

  private void addCleaned(String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(text.getBytes(UTF_8));
    zip.closeEntry();
  }

  private static String end(String text) {
    return text.length() <= MOST_CHARACTERS
        ? text
        : "(its end)\n" + text.substring(text.length() - MOST_CHARACTERS);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
